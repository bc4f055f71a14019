//! Tables that a run shows at its end: `tests/run` prints the files of `target/tmp/report`.

use std::path::Path;

/// Keeps a report under its name and shows it in the output of this test.
pub fn keep(name: &str, text: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report");
    std::fs::create_dir_all(&folder).expect("the folder of reports");
    std::fs::write(folder.join(format!("{name}.txt")), text).expect("a report");
    println!("{text}");
}

/// Fails with a list of what was found wrong, the first few of them in full.
#[track_caller]
pub fn none_wrong(what: &str, wrong: &[String]) {
    let shown = wrong.iter().take(20).map(|line| format!("- {line}\n")).collect::<String>();
    assert!(wrong.is_empty(), "{} of {what} are wrong:\n{shown}", wrong.len());
}

//! Files for several people: who seals them, who opens them, and what a config says about it.

use super::format::Format;
use super::outcome::Outcome;
use super::sandbox::{Sandbox, identity, recipient};
use super::tools::SOPS;

/// Plaintexts that all formats have, with something to encrypt in each.
pub fn plain(format: Format) -> &'static str {
    match format {
        Format::Yaml => "# about it\nuser: app\nport: 5432\nlist:\n  - one\n  - two\n",
        Format::Json => "{\n\t\"user\": \"app\",\n\t\"port\": 5432\n}\n",
        Format::Toml => "user = \"app\"\n[db]\nport = 5432\n",
        Format::Dotenv => "USER=app\nPORT=5432\n",
        Format::Ini => "[db]\nuser = app\nport = 5432\n",
        Format::Binary => "bytes \u{1} of no format",
    }
}

/// The recipients of these people, comma-separated.
pub fn recipients(people: &[&str]) -> String {
    people.iter().map(|who| recipient(who)).collect::<Vec<_>>().join(",")
}

/// Writes a config with one rule for every file, for these people.
pub fn config(sandbox: &Sandbox, people: &[&str]) {
    sandbox.write(".sops.yaml", format!("creation_rules:\n  - age: {}\n", recipients(people)));
}

/// Writes a config with one rule and a key group for each of the people.
pub fn grouped_config(sandbox: &Sandbox, groups: &[&[&str]], more: &str) {
    let groups = groups.iter().map(|people| {
        let keys = people.iter().map(|who| format!("          - {}\n", recipient(who)));
        format!("      - age:\n{}", keys.collect::<String>())
    });
    let groups = groups.collect::<String>();
    sandbox.write(".sops.yaml", format!("creation_rules:\n  - {more}\n    key_groups:\n{groups}"));
}

/// A file sealed by the real sops for these people.
pub fn sealed_by_sops(sandbox: &Sandbox, name: &str, plain: &str, people: &[&str]) {
    sandbox.write(name, plain);
    sandbox.sops(SOPS, ["encrypt", "-i", "--age", &recipients(people), name]).ok();
}

/// A file sealed by the program under test for these people.
pub fn sealed(sandbox: &Sandbox, name: &str, plain: &str, people: &[&str]) {
    sandbox.write(name, plain);
    sandbox.run(["encrypt", "-i", "--age", &recipients(people), name]).ok();
}

/// What these people together get out of a file with the program under test.
pub fn opened_by(sandbox: &Sandbox, people: &[&str], name: &str) -> Outcome {
    let keys: Vec<String> = people.iter().map(|who| identity(who)).collect();
    let program = sandbox.sops_rs(["decrypt", name]).without("SOPS_AGE_KEY_FILE");
    program.env("SOPS_AGE_KEY", keys.join("\n")).run()
}

/// The same with the real sops.
pub fn opened_in_sops_by(sandbox: &Sandbox, people: &[&str], name: &str) -> Outcome {
    let keys: Vec<String> = people.iter().map(|who| identity(who)).collect();
    let sops = super::tools::sops(SOPS);
    let program = sandbox.program(&sops, ["decrypt", name]).without("SOPS_AGE_KEY_FILE");
    program.env("SOPS_AGE_KEY", keys.join("\n")).run()
}

/// The tokens of a sealed text, in order.
pub fn tokens(text: &str) -> Vec<&str> {
    let starts = text.match_indices("ENC[AES256_GCM").map(|(at, _)| &text[at..]);
    starts.map(|rest| &rest[..rest.find(']').map_or(rest.len(), |end| end + 1)]).collect()
}

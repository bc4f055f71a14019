//! `run` and `render`: which environment is meant, what reaches the program, and what is gone when it ends.

use crate::support::sandbox::{Sandbox, recipient};
use crate::support::tools;
use nix::sys::signal::Signal;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;

const CONFIG: &str = "creation_rules:
  - age: ALICE
environments:
  default:
    files: [common.env, prod.env]
    variables: {LEVEL: info, WHO: nobody}
  local:
    files: [common.env, local.env]
    if_missing: warn
    mask: never
  dlt:
    files: [.dlt/secrets.toml]
    preset: dlt
  dbt:
    files: [profiles.yml, common.env]
    preset: dbt
    only: ['*WHO']
  wrong:
    files: [common.env]
    preset: ddt
";

/// A project with environments, and a directory in it.
fn project() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(".sops-rs.yaml", CONFIG.replace("ALICE", &recipient("alice")));
    for (name, plain) in [
        ("common.env", "WHO=common-value\nWHERE=common-place\n"),
        ("prod.env", "WHERE=prod-place-1\n"),
        (".dlt/secrets.toml", "[sources.shop]\napi_key = \"a-long-api-key\"\n"),
        ("profiles.yml", "shop:\n  target: dev\n  password: profile-password\n"),
    ] {
        sandbox.write(name, plain);
        sandbox.run(["encrypt", "-i", name]).ok();
    }
    sandbox.write(".dlt/config.toml", "[runtime]\nlog_level = \"WARNING\"\n");
    sandbox.write("deep/down/readme", "");
    sandbox
}

/// What a line of shell prints that is run so, unmasked.
fn shell(sandbox: &Sandbox, flags: &[&str], line: &str) -> String {
    sandbox.run(["run", "--mask", "never"].iter().chain(flags).chain(&["--", "/bin/sh", "-c", line])).text()
}

#[test]
fn the_default_environment_is_found_from_anywhere_in_the_project() {
    let sandbox = project();
    let args = ["run", "--mask", "never", "--", "/bin/sh", "-c", "pwd; echo $WHO $WHERE $LEVEL"];
    let deep = sandbox.path("deep/down");
    let outcome = sandbox.sops_rs(args).within(&deep).run();
    assert!(outcome.stderr.contains("sops-rs: 2 variables from /"), "{}", outcome.describe());
    assert_eq!(outcome.text(), format!("{}\ncommon-value prod-place-1 info\n", deep.display()));
    let message = sandbox.run(["run", "--", "true"]).stderr;
    assert_eq!(message, "sops-rs: 2 variables from common.env, prod.env (default)\n");
    assert_eq!(sandbox.run(["run", "-q", "--", "true"]).stderr, "");
}

#[test]
fn a_single_environment_needs_no_name() {
    let sandbox = project();
    sandbox.write(".sops-rs.yaml", "environments:\n  only:\n    files: [common.env]\n");
    assert_eq!(shell(&sandbox, &[], "echo $WHO"), "common-value\n");
}

#[test]
fn what_is_not_clear_is_an_error_that_lists_the_environments() {
    let sandbox = project();
    let message = sandbox.run(["run", "-e", "prod", "--", "echo"]).fails(1);
    assert!(
        message.contains("no environment `prod`") && message.contains("default, local, dlt"),
        "{message}"
    );
    let message = sandbox.run(["run", "-e", "wrong", "--", "echo"]).fails(1);
    assert!(
        message.contains(".sops-rs.yaml:20:13") && message.contains("plain, dlt, dbt, airflow"),
        "{message}"
    );
    sandbox.write(".sops-rs.yaml", "environments:\n  a: {files: [common.env]}\n  b: {files: [prod.env]}\n");
    let message = sandbox.run(["run", "--", "echo"]).fails(1);
    assert!(message.contains("several environments: a, b") && message.contains("-e"), "{message}");
    sandbox.write(".sops-rs.yaml", "");
    let message = sandbox.run(["run", "--", "echo"]).fails(1);
    assert!(message.contains("no config with environments") && message.contains("-f"), "{message}");
}

#[test]
fn the_real_sops_takes_a_config_with_environments() {
    let sandbox = project();
    sandbox.write(".sops.yaml", sandbox.read(".sops-rs.yaml"));
    sandbox.write("new.yaml", "a: 1\n");
    sandbox.sops(tools::SOPS, ["encrypt", "-i", "new.yaml"]).ok();
    assert!(sandbox.text("new.yaml").contains("ENC["));
}

#[test]
fn files_stand_in_for_an_environment_or_come_on_top_of_one() {
    let sandbox = project();
    let outcome =
        sandbox.run(["run", "-f", "prod.env", "--mask", "never", "--", "/usr/bin/printenv", "WHERE"]);
    assert_eq!(outcome.stderr, "sops-rs: 1 variable from prod.env\n");
    assert_eq!(outcome.text(), "prod-place-1\n");
    let on_top = ["-e", "default", "-f", "common.env", "-f", "prod.env", "-f", "common.env"];
    assert_eq!(shell(&sandbox, &on_top, "echo $WHERE $LEVEL"), "common-place info\n");
}

#[test]
fn files_win_over_the_caller_unless_told_otherwise() {
    let sandbox = project();
    let run = |flags: &[&str]| {
        let args = ["run", "--mask", "never"].iter().chain(flags);
        let args = args.chain(&["--", "/bin/sh", "-c", "echo $WHO:$WHERE"]);
        sandbox.sops_rs(args).env("WHO", "me").env("WHERE", "").run().text()
    };
    assert_eq!(run(&[]), "common-value:prod-place-1\n");
    assert_eq!(run(&["--no-override"]), "me:\n");
}

#[test]
fn the_command_line_wins_over_the_environment() {
    let sandbox = project();
    let names = "env | cut -d= -f1 | grep -i -e shop -e who | sort";
    assert_eq!(shell(&sandbox, &["-e", "dlt"], names), "SOURCES__SHOP__API_KEY\n");
    assert_eq!(shell(&sandbox, &["-e", "dlt", "--preset", "plain"], names), "sources__shop__api_key\n");
    let flags = ["--prefix", "X_", "--only", "X_WHO"];
    assert_eq!(shell(&sandbox, &flags, names), "WHO\nX_WHO\n");
}

#[test]
fn missing_files_are_what_the_flag_says() {
    let sandbox = project();
    let message = sandbox.run(["run", "-f", "none.env", "--", "echo"]).fails(100);
    assert!(message.contains("none.env") && message.contains("--if-missing"), "{message}");
    let outcome = sandbox.run(["run", "-e", "local", "--", "/usr/bin/printenv", "WHO"]);
    assert!(outcome.stderr.contains("warning: there is no file local.env"), "{}", outcome.describe());
    assert_eq!(outcome.text(), "common-value\n");
    let outcome = sandbox.run(["run", "-e", "local", "--if-missing", "ignore", "--", "true"]);
    assert_eq!(outcome.stderr, "sops-rs: 2 variables from common.env (local)\n");
    sandbox.run(["run", "-e", "local", "--if-missing", "error", "--", "echo"]).fails(100);
}

#[test]
fn a_file_of_others_is_an_error_with_its_name_and_nothing_is_started() {
    let sandbox = project();
    sandbox.write("local.env", "A=1\n");
    sandbox.run(["encrypt", "-i", "--age", &recipient("bob"), "local.env"]).ok();
    let message = sandbox.run(["run", "-e", "local", "--if-missing", "ignore", "--", "echo"]).fails(128);
    assert!(message.contains("can't open local.env") && message.contains(&recipient("bob")), "{message}");
    sandbox.write("local.env", "A=1\n");
    let message = sandbox.run(["run", "-e", "local", "--", "echo"]).fails(1);
    assert!(message.contains("local.env"), "{message}");
}

#[test]
fn variables_of_the_config_may_not_name_code() {
    let sandbox = project();
    sandbox.write(".sops-rs.yaml", "environments:\n  a:\n    variables: {LD_PRELOAD: ./x.so}\n");
    let message = sandbox.run(["run", "--", "echo"]).fails(1);
    assert!(message.contains(".sops-rs.yaml") && message.contains("LD_PRELOAD"), "{message}");
    sandbox.write(".sops-rs.yaml", "environments:\n  a:\n    variables: {EDITOR: vi}\n");
    assert_eq!(shell(&sandbox, &["--allow-env", "EDITOR"], "echo $EDITOR"), "vi\n");
}

#[test]
fn output_is_masked_where_it_is_no_terminal() {
    let sandbox = project();
    let line = "echo $WHO; echo $WHERE >&2; echo $LEVEL";
    let outcome = sandbox.run(["run", "-q", "--", "/bin/sh", "-c", line]);
    assert_eq!((outcome.stderr.as_str(), outcome.stdout.as_slice()), ("***\n", &b"***\ninfo\n"[..]));
    let outcome = sandbox.run(["run", "-e", "local", "-q", "--", "/usr/bin/printenv", "WHO"]);
    assert!(outcome.text().contains("common-value"), "mask: never in the config");
    let outcome = sandbox.run(["run", "-qe", "local", "--mask", "always", "--", "/usr/bin/printenv", "WHO"]);
    assert_eq!(outcome.text(), "***\n");
    let outcome = sandbox.run(["render", "profiles.yml", "--", "/bin/cat", "{}"]);
    assert!(!outcome.text().contains("profile-password"));
}

#[test]
fn unmasked_the_program_takes_the_place_of_sops_rs() {
    let sandbox = project();
    let line = "echo $$ $PPID; exec kill -TERM $$";
    let mut running = sandbox.sops_rs(["run", "--mask", "never", "--", "/bin/sh", "-c", line]).start();
    assert_eq!(running.line(), format!("{} {}", running.pid(), std::process::id()));
    assert_eq!(running.end().status.signal(), Some(Signal::SIGTERM as i32));
    assert_eq!(sandbox.run(["run", "--", "/bin/sh", "-c", "exit 7"]).status.code(), Some(7));
    let message = sandbox.run(["run", "--", "no such program"]).fails(127);
    assert!(message.contains("no such program") && message.contains("sh -c"), "{message}");
}

#[test]
fn dlt_finds_a_directory_of_its_own() {
    let sandbox = project();
    let line = "cd $DLT_PROJECT_DIR/.dlt; stat -c '%a %n' *; cat *; stat -fc %T .; env | grep -c API_KEY";
    let out =
        sandbox.run(["run", "-e", "dlt", "--creds-dir", "--mask", "never", "--", "/bin/sh", "-c", line]);
    assert_eq!(out.stderr, "sops-rs: .dlt/secrets.toml as a file (dlt)\n");
    let expected = "600 config.toml\n600 secrets.toml\n[runtime]\nlog_level = \"WARNING\"\n[sources.shop]\n\
                    api_key = \"a-long-api-key\"\ntmpfs\n0\n";
    assert_eq!(String::from_utf8_lossy(&out.stdout), expected);
    sandbox.write(".dlt/.workspace", "");
    let message = sandbox.run(["run", "-e", "dlt", "--creds-dir", "--", "echo"]).fails(1);
    assert!(message.contains("workspace") && message.contains("--creds-dir"), "{message}");
}

#[test]
fn a_file_of_another_name_is_what_dlt_knows_as_its_secrets() {
    let sandbox = project();
    sandbox.write("prod.toml", "a = \"x\"\n");
    sandbox.run(["encrypt", "-i", "prod.toml"]).ok();
    let list = |files: &[&str]| {
        let flags = ["-q", "--preset", "dlt", "--creds-dir"].iter().chain(files);
        let args = ["run"].iter().chain(flags).chain(&[
            "--",
            "/bin/sh",
            "-c",
            "cd $DLT_PROJECT_DIR; find -type f | sort",
        ]);
        sandbox.run(args)
    };
    assert_eq!(list(&["-f", "prod.toml"]).text(), "./.dlt/config.toml\n./.dlt/secrets.toml\n");
    let message = list(&["-f", "prod.toml", "-f", ".dlt/secrets.toml"]).fails(8);
    assert!(message.contains(".dlt/secrets.toml"), "{message}");
}

#[test]
fn the_profiles_of_dbt_are_a_file_and_the_rest_are_variables() {
    let sandbox = project();
    let line = "grep password $DBT_PROFILES_DIR/profiles.yml; echo $DBT_ENV_SECRET_WHO";
    let out = sandbox.run(["run", "-e", "dbt", "--mask", "never", "--", "/bin/sh", "-c", line]);
    assert_eq!(out.stderr, "sops-rs: 1 variable from common.env, and profiles.yml as a file (dbt)\n");
    assert_eq!(out.text(), "  password: profile-password\ncommon-value\n");
    let line = "ls $CREDENTIALS_DIRECTORY; test $DBT_PROFILES_DIR = $CREDENTIALS_DIRECTORY";
    let out = sandbox.run(["run", "-e", "dbt", "--creds-dir", "--", "/bin/sh", "-c", line]);
    assert_eq!(out.text(), "common.env\nprofiles.yml\n");
}

#[test]
fn rendered_files_are_gone_when_the_program_ends_however_it_ends() {
    let sandbox = project();
    for (line, status) in [("exit 3", Ok(3)), ("kill -9 $$", Err(9)), ("exec sleep 60", Err(15))] {
        let line = format!("echo $CREDENTIALS_DIRECTORY; {line}");
        let args = ["render", "profiles.yml", "common.env", "--", "/bin/sh", "-c", &line, "{}"];
        let mut running = sandbox.sops_rs(args).start();
        let directory = running.line();
        assert!(directory.starts_with("/dev/shm/"), "{directory}");
        if status == Err(15) {
            running.signal(Signal::SIGTERM);
        }
        let outcome = running.end();
        assert_eq!(outcome.status.code().ok_or(outcome.status.signal()), status.map_err(Some));
        assert!(!Path::new(&directory).exists(), "{directory}");
    }
}

#[test]
fn braces_are_the_file_or_the_directory_of_several() {
    let sandbox = project();
    let out = sandbox.run(["render", "--mask", "never", "common.env", "--", "/bin/cat", "{}"]).text();
    assert_eq!(out, "WHO=common-value\nWHERE=common-place\n");
    let files = ["render", "--mask", "never", "common.env", "prod.env", "--", "/bin/cat", "{}/prod.env"];
    assert_eq!(sandbox.run(files).text(), "WHERE=prod-place-1\n");
    let message = sandbox.run(["render", "common.env", "./common.env", "--", "/bin/echo"]).fails(8);
    assert!(message.contains("second file"), "{message}");
    sandbox.run(["render", "none.env", "--", "/bin/echo"]).fails(2);
}

#[test]
fn under_the_name_sops_it_is_there_too() {
    let sandbox = project();
    let args = ["run", "--environment", "default", "--mask=never", "--", "/bin/sh", "-c", "echo $WHO"];
    let outcome = sandbox.as_sops(args).run();
    assert_eq!((outcome.stderr.as_str(), outcome.stdout.as_slice()), ("", &b"common-value\n"[..]));
}

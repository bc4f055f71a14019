//! `docs/pipelines.md`, followed to the letter with the real dlt, dbt and direnv. What needs a cluster or a daemon is read
//! by what these read with: the schema of Kubernetes, docker's parser of env files.

use crate::support::sandbox::{Program, Sandbox};
use crate::support::tools;
use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

/// Stands for whatever a program prints.
const ANYTHING: &str = "…";

/// A sandbox in which a section of the page can be followed.
struct Reader {
    sandbox: Sandbox,
    section: String,
}

impl Reader {
    fn of(section: &str) -> Reader {
        let sandbox = Sandbox::new();
        std::fs::create_dir(sandbox.tmp().join("bin")).expect("a folder in the sandbox");
        symlink(tools::sops_rs(), sandbox.tmp().join("bin/sops-rs")).expect("a link in the sandbox");
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pipelines.md");
        let page = std::fs::read_to_string(page).expect("the page");
        let text = page.split("\n## ").find(|part| part.lines().next() == Some(section));
        let section = text.unwrap_or_else(|| panic!("the page has no section {section}")).to_owned();
        Reader { sandbox, section }
    }

    /// A program of the page that can't run here.
    fn stand_in(&self, name: &str, script: &str) {
        let path = self.sandbox.tmp().join("bin").join(name);
        std::fs::write(&path, script).expect("a file in the sandbox");
        std::fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("its own file");
    }

    fn bash(&self, line: &str) -> Program {
        let bin = self.sandbox.tmp().join("bin");
        let environments = ["dlt-1.31.0/bin", "dbt-1.10.23/bin"].map(tools::tool);
        let own = [&bin, &environments[0], &environments[1]].map(|path| path.display().to_string());
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", own.join(":"));
        self.sandbox
            .program(Path::new("/bin/bash"), ["-c", &format!("exec 2>&1; {line}")])
            .env("PATH", path)
            .env("DLT_DATA_DIR", self.sandbox.home().join("dlt"))
            // Nothing leaves the machine.
            .env("RUNTIME__DLTHUB_TELEMETRY", "false")
            .env("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
            .env("DO_NOT_TRACK", "1")
    }

    /// Writes the files, types the commands, and compares what they print.
    fn follow(&self) {
        let mut commands = 0;
        for block in self.section.split("\n```").skip(1).step_by(2) {
            let (kind, text) = block.split_once('\n').expect("a block of several lines");
            match kind {
                "console" => commands += self.session(text),
                _ => {
                    let (first, rest) = text.split_once('\n').expect("a name and a content");
                    let name = first.trim_start_matches(['#', '-', ' ']);
                    self.sandbox.write(name, format!("{rest}\n"));
                }
            }
        }
        assert!(commands > 0, "nothing was typed:\n{}", self.section);
    }

    fn session(&self, text: &str) -> usize {
        let typed = format!("\n{text}");
        let commands: Vec<&str> = typed.split("\n$ ").skip(1).collect();
        for command in &commands {
            let (line, expected) = command.split_once('\n').unwrap_or((command, ""));
            let outcome = self.bash(line).run();
            assert!(outcome.success(), "{}", outcome.describe());
            let printed = String::from_utf8_lossy(&outcome.stdout).into_owned();
            assert!(fits(expected, &printed), "expected:\n{expected}\n{}", outcome.describe());
        }
        commands.len()
    }

    /// Runs a line that stands in a file of a CI service.
    fn job(&self, file: &str, lead: &str, number: usize) -> Program {
        let text = self.sandbox.text(file);
        let lines: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix(lead)).collect();
        self.bash(lines[number])
    }
}

/// Whether a program printed what the page says, if it says anything.
fn fits(expected: &str, printed: &str) -> bool {
    match expected.trim_end().split_once(&format!("{ANYTHING}\n")) {
        _ if expected.trim().is_empty() => true,
        None => expected.trim_end() == printed.trim_end(),
        Some((start, end)) => printed.starts_with(start) && printed.trim_end().ends_with(end),
    }
}

#[test]
fn dlt_loads_with_variables_and_with_a_directory_of_its_own() {
    let reader = Reader::of("dlt");
    reader.follow();
    assert!(reader.sandbox.path("warehouse.duckdb").exists());
    assert!(!reader.sandbox.text(".dlt/secrets.toml").contains("key-of-the-shop"));
}

#[test]
fn dbt_reads_an_encrypted_database_with_a_variable_and_with_a_rendered_profile() {
    let reader = Reader::of("dbt");
    let python = tools::tool("dbt-1.10.23/bin/python");
    reader.follow();
    let script =
        "import duckdb; print(duckdb.connect('warehouse.duckdb').execute('FROM customers').fetchall())";
    assert_eq!(reader.sandbox.program(&python, ["-c", script]).run().text(), "[(1,)]\n");
}

#[test]
fn airflow_gets_connections_variables_and_settings() {
    Reader::of("Airflow").follow();
}

#[test]
fn a_job_of_github_masks_what_it_prints_and_hands_variables_on() {
    let reader = Reader::of("GitHub Actions");
    reader.follow();
    let (file, lead) = (".github/workflows/deploy.yml", "- run: ");
    let out = reader.job(file, lead, 0).run().text();
    assert_eq!(out, "sops-rs: 1 variable from prod.env (prod)\ndeploying with ***\n");
    let env = reader.sandbox.write("github.env", "");
    let out = reader.job(file, lead, 1).env("GITHUB_ENV", &env).run().text();
    assert_eq!(out, "::add-mask::a-token-for-deploys\n");
    let env = reader.sandbox.text("github.env");
    assert!(env.starts_with("TOKEN<<") && env.contains("\na-token-for-deploys\n"), "{env}");
}

#[test]
fn a_job_of_gitlab_masks_what_it_prints() {
    let reader = Reader::of("GitLab CI");
    reader.follow();
    // The first item is the condition.
    let out = reader.job(".gitlab-ci.yml", "- ", 1).run().text();
    assert_eq!(out, "sops-rs: 1 variable from prod.env (prod)\ndeploying with ***\n");
}

#[test]
fn kubernetes_gets_a_valid_secret() {
    let reader = Reader::of("Kubernetes");
    let library = tools::tool("kubernetes-validate-1.37.0");
    reader.stand_in(
        "kubectl",
        &format!(
            "#!/bin/sh\nPYTHONPATH={} exec python3 -c \"import base64, kubernetes_validate, sys, yaml\n\
             secret = yaml.safe_load(sys.stdin)\n\
             kubernetes_validate.validate(secret, '1.32', strict=True)\n\
             assert base64.b64decode(secret['data']['TOKEN']) == b'a-token-for-the-app'\n\
             print('secret/' + secret['metadata']['name'], 'created')\"\n",
            library.display()
        ),
    );
    reader.follow();
}

#[test]
fn docker_gets_values_by_name_or_as_an_env_file() {
    let reader = Reader::of("Docker");
    let parser = tools::tool("envfile-29.9.3-2.16.2/envfile");
    let log = reader.sandbox.path("log");
    let (parser, log) = (parser.display(), log.display());
    let script = format!(
        "#!/bin/sh\ncase $3 in\n-e) echo \"$4=$TOKEN\" >>{log} ;;\n--env-file) {parser} docker \"$4\" | tr '\\0' '\\n' >>{log} ;;\nesac\n"
    );
    reader.stand_in("docker", &script);
    reader.follow();
    assert_eq!(reader.sandbox.text("log"), "TOKEN=a-token-for-the-app\n".repeat(2));
}

#[test]
fn direnv_loads_a_file() {
    Reader::of("direnv").follow();
}

#[test]
fn programs_get_files_by_their_names() {
    Reader::of("Any program that wants files").follow();
}

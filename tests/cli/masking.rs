//! `--mask`: what a program prints with its secrets replaced, and that nothing else about it changes.

use crate::support::outcome::Outcome;
use crate::support::sandbox::{Program, Sandbox};
use crate::support::team;
use crate::support::terminal::{Terminal, until};
use nix::sys::signal::Signal;
use std::os::unix::process::ExitStatusExt as _;
use std::time::{Duration, Instant};

const TOKEN: &str = "canary-7d1f&8e+x";
const PEM: &str = "canary-line-one-0a1b\\ncanary-line-two-2c3d\\n";

/// A sandbox with a sealed file of secrets and one value in clear.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let plain =
        format!("token: \"{TOKEN}\"\nkey: \"{PEM}\"\nport: 5432\nclear_unencrypted: clear-value-of-many\n");
    team::sealed(&sandbox, "f.yaml", &plain, &["alice"]);
    sandbox
}

fn line(sandbox: &Sandbox, line: &str) -> Program {
    sandbox.sops_rs(["exec-env", "--mask=auto", "f.yaml", line])
}

/// What a line prints, which nowhere has a secret.
#[track_caller]
fn prints(sandbox: &Sandbox, text: &str) -> String {
    let outcome = line(sandbox, text).run();
    has_none(&outcome);
    outcome.text()
}

#[track_caller]
fn has_none(outcome: &Outcome) {
    let out = String::from_utf8_lossy(&outcome.stdout);
    assert!(!out.contains("canary") && !outcome.stderr.contains("canary"), "{}", outcome.describe());
}

/// The same by bash, which tells how each part of a pipeline ended.
fn pipeline(sandbox: &Sandbox, before: &str, behind: &str) -> Outcome {
    let program = env!("CARGO_BIN_EXE_sops-rs");
    let text =
        format!("'{program}' exec-env --mask=auto f.yaml '{before}' {behind}; echo \"${{PIPESTATUS[*]}}\"");
    sandbox.program("/bin/bash".as_ref(), ["-c", &text]).run()
}

#[test]
fn secrets_are_replaced_on_both_streams_and_the_exit_status_is_the_programs() {
    let outcome = line(&sandbox(), "echo \"<$token>\"; echo \"$key\" >&2; exit 7").run();
    has_none(&outcome);
    assert_eq!((outcome.status.code(), outcome.stdout.as_slice()), (Some(7), &b"<***>\n"[..]));
    assert_eq!(outcome.stderr, "note: one value of less than 8 bytes is not masked: port\n***\n");
}

#[test]
fn a_secret_in_pieces_is_replaced() {
    let sandbox = sandbox();
    let out = prints(&sandbox, "printf canary-7; sleep 0.2; printf 'd1f&8e'; sleep 0.2; printf '+x.'");
    assert_eq!(out, "***.");
    let out =
        prints(&sandbox, "printf %s \"$token\" | while read -r -n 1 c; do printf %s \"$c\"; done; echo");
    assert!(out.ends_with('\n'), "{out}");
    let out =
        prints(&sandbox, "bash -c 'for ((i = 0; i < ${#token}; i++)); do printf %s \"${token:i:1}\"; done'");
    assert_eq!(out, "***");
}

#[test]
fn lines_and_encoded_forms_are_replaced() {
    let sandbox = sandbox();
    assert_eq!(prints(&sandbox, "echo \"$key\" | sed 's/^/  > /'").trim_end(), "  > ***\n  > ***\n  >");
    let python = "import os,json,base64,urllib.parse as u; t=os.environ['token']; \
                  print(json.dumps({'t': t}), u.quote(t), u.quote_plus(t), u.urlencode({'a': t}), repr(t), \
                  base64.b64encode(t.encode()).decode(), t.encode())";
    let out = prints(&sandbox, &format!("python3 -c \"{python}\""));
    assert_eq!(out, "{\"t\": \"***\"} *** *** a=*** '***' *** b'***'\n");
}

#[test]
fn logs_of_real_programs_are_masked() {
    let sandbox = sandbox();
    let git = "git init -q r && git -C r remote add origin \"https://u:$token@example.com/x\" && git -C r remote -v";
    let remote = "origin\thttps://u:***@example.com/x";
    assert_eq!(prints(&sandbox, git), format!("{remote} (fetch)\n{remote} (push)\n"));
    let trace = "set -x; : curl -H \"Authorization: Bearer $token\" -u \"ci:$token\"; \
                 echo \"##[debug]Authorization: Basic $(printf %s \"u:$token\" | base64)\"";
    let outcome = line(&sandbox, trace).run();
    has_none(&outcome);
    assert!(outcome.stderr.contains("Authorization: Bearer ***"), "{}", outcome.describe());
    let out = outcome.text();
    assert!(out.starts_with("##[debug]Authorization: Basic ") && out.ends_with("***\n"), "{out}");
}

#[test]
fn what_stands_in_clear_in_the_file_and_short_values_are_left_alone() {
    let sandbox = sandbox();
    let out = prints(&sandbox, "echo $port $clear_unencrypted");
    assert_eq!(out, "5432 clear-value-of-many\n");
    let outcome = sandbox.run(["exec-env", "--mask=auto", "--mask-min=4", "f.yaml", "echo $port"]);
    assert_eq!((outcome.stdout.as_slice(), outcome.stderr.as_str()), (&b"***\n"[..], ""));
}

#[test]
fn times_and_numbers_are_replaced_as_variables_and_presets_spell_them() {
    let sandbox = Sandbox::new();
    team::sealed(&sandbox, "f.yaml", "since: 2024-01-02T03:04:05.125Z\nrate: 12345678.5\n", &["alice"]);
    for (preset, names) in [("plain", "$since $rate"), ("dlt", "$SINCE $RATE")] {
        let line = format!("echo {names}");
        let outcome = sandbox.run(["exec-env", "--mask=auto", "--preset", preset, "f.yaml", &line]);
        assert_eq!(outcome.text(), "*** ***\n", "{preset}");
    }
}

#[test]
fn a_prompt_appears_and_its_answer_reaches_the_program() {
    let sandbox = sandbox();
    for prompt in ["Password: ", "say can", "say canary-7d1f"] {
        let ask = format!("printf '{prompt}'; read -r answer; echo \"=$answer\"; cat");
        let mut running = line(&sandbox, &ask).start();
        assert_eq!(running.bytes(prompt.len()), prompt.as_bytes());
        running.write(b"yes\nrest");
        assert_eq!(running.line(), "=yes");
        assert_eq!(running.end().stdout, b"rest");
    }
}

#[test]
fn waiting_costs_no_time_of_the_processor() {
    let sandbox = sandbox();
    let mut running = line(&sandbox, "printf can; exec 2>&-; sleep 1.5; echo; read -r _").start();
    running.line();
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", running.pid())).expect("a process");
    let after_name = stat.rsplit(") ").next().expect("fields");
    // utime and stime, in hundredths of a second. Opening the file takes some.
    let ticks: u64 =
        after_name.split(' ').skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    assert!(ticks < 75, "{stat}");
    running.write(b"\n");
    running.end();
}

#[test]
fn binary_output_and_input_are_not_changed() {
    let sandbox = sandbox();
    let mut state = 1_u64;
    let mut blob = Vec::with_capacity(50_000_008);
    while blob.len() < 50_000_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        blob.extend_from_slice(&(state ^ (state >> 29)).to_le_bytes());
    }
    sandbox.write("blob", &blob);
    let outcome = line(&sandbox, "cat blob").run();
    assert!(outcome.status.success() && outcome.stdout == blob);
    let outcome = line(&sandbox, "cat >&2; cat copy >&2").pipe(&blob[..1_000_000]).run();
    assert_eq!(outcome.status.code(), Some(1));
    let outcome = line(&sandbox, "cat").pipe(&blob[..1_000_000]).run();
    assert!(outcome.status.success() && outcome.stdout == blob[..1_000_000]);
}

#[test]
fn signals_reach_the_program_and_its_death_by_one_is_ours() {
    let sandbox = sandbox();
    let mut running =
        line(&sandbox, "trap 'echo got $token; exit 3' TERM; echo ready; while :; do sleep 0.05; done")
            .start();
    running.line();
    running.signal(Signal::SIGTERM);
    let outcome = running.end();
    assert_eq!((outcome.status.code(), outcome.stdout.as_slice()), (Some(3), &b"got ***\n"[..]));
    for signal in [Signal::SIGKILL, Signal::SIGTERM, Signal::SIGPIPE, Signal::SIGSEGV, Signal::SIGUSR1] {
        let outcome = line(&sandbox, &format!("echo $token; kill -{} $$", signal as i32)).run();
        assert_eq!(outcome.status.signal(), Some(signal as i32), "{}", outcome.describe());
        assert_eq!(outcome.stdout, b"***\n");
    }
    let mut running = line(&sandbox, "echo ready; exec sleep 60").start();
    running.line();
    running.signal(Signal::SIGTERM);
    assert_eq!(running.end().status.signal(), Some(Signal::SIGTERM as i32));
}

#[test]
fn a_stopped_program_stops_us_too() {
    let sandbox = sandbox();
    let mut running = line(&sandbox, "echo ready; kill -STOP $$; echo $token").start();
    running.line();
    running.until("it stopped", |running| running.state() == 'T');
    running.signal(Signal::SIGCONT);
    assert_eq!(running.end().ok(), b"***\n");
}

#[test]
fn when_nobody_reads_any_more_the_program_learns_it() {
    let sandbox = sandbox();
    assert_eq!(pipeline(&sandbox, "yes \"$token\"", "| head -1").text(), "***\n141 0\n");
    let start = Instant::now();
    // It prints nothing while it waits, and is not kept waiting itself.
    let quiet = "trap \"\" PIPE; echo a; sleep 0.3; echo b || exit 9";
    assert_eq!(pipeline(&sandbox, quiet, "2>/dev/null | head -1").text(), "a\n9 0\n");
    assert!(start.elapsed() < Duration::from_secs(20));
    let full = pipeline(&sandbox, "echo $token", ">/dev/full");
    assert_eq!(full.stdout, b"1\n");
    assert!(full.stderr.contains("can't pass on what the program wrote"), "{}", full.describe());
}

#[test]
fn programs_left_behind_do_not_hold_us_up_and_nothing_is_lost() {
    let sandbox = sandbox();
    let start = Instant::now();
    assert_eq!(prints(&sandbox, "sleep 30 & echo hi"), "hi\n");
    assert_eq!(prints(&sandbox, "(sleep 0.02; echo later) & echo hi"), "hi\nlater\n");
    prints(&sandbox, "(while :; do echo on; done) & echo hi");
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    sandbox.write("large", vec![b'x'; 300_000]);
    let slow = pipeline(&sandbox, "sleep 9 & cat large", "| (sleep 3; wc -c)").text();
    assert_eq!(slow.split_whitespace().collect::<Vec<_>>(), ["300000", "0", "0"]);
}

#[test]
fn streams_to_one_place_keep_their_order() {
    let sandbox = sandbox();
    let numbers = "for i in 0 1 2 3 4 5 6 7 8 9; do echo o$i $token; echo e$i $token >&2; done";
    let outcome = pipeline(&sandbox, numbers, "2>&1 | cat");
    has_none(&outcome);
    let expected: String = (0..10).map(|n| format!("o{n} ***\ne{n} ***\n")).collect();
    let out = outcome.text();
    assert!(out.contains(&expected), "{out}");
}

#[test]
fn a_terminal_is_left_to_the_program_unless_masking_is_wanted_there_too() {
    let sandbox = sandbox();
    let program = env!("CARGO_BIN_EXE_sops-rs");
    for (flag, shown, errors) in [("auto", "tty canary-7d1f&8e+x", ""), ("always", "pipe ***", "")] {
        let test = "test -t 1 && k=tty || k=pipe; echo $k $token; echo $token >&2";
        let text = format!("'{program}' exec-env --mask={flag} f.yaml '{test}' 2>errors");
        let terminal = Terminal::start(&sandbox, &text);
        terminal.shows(shown);
        assert_eq!(terminal.ends(), 0);
        let said = until(|| Some(sandbox.text("errors"))).unwrap_or_default();
        assert!(said.ends_with("***\n") && !said.contains("canary"), "{said}{errors}");
    }
}

#[test]
fn where_nobody_could_mask_it_is_refused() {
    let sandbox = sandbox();
    for flag in ["--background", "--same-process"] {
        for when in ["--mask=always", "--mask=auto"] {
            let message = sandbox.run(["exec-env", flag, when, "f.yaml", "echo $token"]).fails(8);
            assert!(message.contains(flag) && !message.contains("canary"), "{message}");
        }
        sandbox.run(["exec-env", flag, "--mask=never", "f.yaml", "true"]).ok();
    }
    let message = sandbox.run(["exec-env", "--mask-min=4", "f.yaml", "true"]).fails(8);
    assert!(message.contains("add --mask"), "{message}");
    let message = sandbox.run(["exec-env", "--mask=auto", "f.yaml", "--", "no such program"]).fails(127);
    assert!(message.contains("no such program"), "{message}");
}

#[test]
fn the_first_process_of_a_container_answers_as_a_shell_would() {
    let sandbox = sandbox();
    let program = env!("CARGO_BIN_EXE_sops-rs");
    let inner = ["exec-env", "--mask=always", "f.yaml"];
    for (line, code) in [("echo $PPID $token; exit 7", 7), ("echo $PPID $token; kill -TERM $$", 143)] {
        let args = ["--pid", "--fork", program].into_iter().chain(inner).chain([line]);
        let outcome = sandbox.program("unshare".as_ref(), args).run();
        if outcome.stderr.contains("unshare:") {
            eprintln!("skipped: no process namespaces here");
            return;
        }
        assert_eq!(
            (outcome.status.code(), outcome.stdout.as_slice()),
            (Some(code), &b"1 ***\n"[..]),
            "{line}"
        );
    }
}

//! The tamper matrix of `SECURITY.md`: what an attacker without keys may change in a sealed file, and what
//! comes of it. sops' verdict is run beside ours and kept in the report.

use crate::support::format::Format;
use crate::support::sandbox::{Sandbox, recipient};
use crate::support::{report, tools};

/// What comes of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// An error, nothing printed.
    Rejected,
    /// Opens to the very same bytes.
    Same,
    /// Opens to something else. The format can't tell (spec, quirk Q15).
    Different,
}
use Verdict::{Different, Rejected, Same};

struct Change {
    name: &'static str,
    verdict: Verdict,
    edit: fn(&str) -> String,
}

const PLAIN: &str = "\
name: shop
db:
  user: app
  password: hunter2ab
list:
  - alpha
  - beta
count: 42
users:
  - name: a
    pw: x
  - name: b
    pw: y
one_unencrypted: foo
two_unencrypted: bar
flag_unencrypted: true
# a comment
last: z
---
env: second
other: two
";

/// The first line that starts with `start`, with its line feed.
fn line<'a>(text: &'a str, start: &str) -> &'a str {
    text.split_inclusive('\n')
        .find(|line| line.starts_with(start))
        .unwrap_or_else(|| panic!("no line {start}"))
}

/// The token on that line.
fn token<'a>(text: &'a str, start: &str) -> &'a str {
    let line = line(text, start);
    let at = line.find("ENC[").unwrap_or_else(|| panic!("no token on {start}"));
    &line[at..=line.rfind(']').expect("the end of a token")]
}

fn put(text: &str, start: &str, new: &str) -> String {
    text.replacen(line(text, start), new, 1)
}

/// Puts lines behind a line.
fn behind(text: &str, start: &str, new: &str) -> String {
    let line = line(text, start);
    text.replacen(line, &format!("{line}{new}"), 1)
}

/// Changes one field of a token: `data`, `iv` or `tag`.
fn field(text: &str, start: &str, field: &str, change: impl Fn(&str) -> String) -> String {
    let token = token(text, start);
    let mark = format!("{field}:");
    let at = token.find(&mark).expect("the field") + mark.len();
    let end = at + token[at..].find(',').expect("the end of the field");
    text.replacen(token, &format!("{}{}{}", &token[..at], change(&token[at..end]), &token[end..]), 1)
}

const CHANGES: &[Change] = &[
    Change {
        name: "a token copied to another key",
        verdict: Rejected,
        edit: |text| text.replacen(token(text, "  user"), token(text, "  password"), 1),
    },
    Change {
        name: "two map entries swapped",
        verdict: Rejected,
        edit: |text| {
            let (user, password) = (line(text, "  user"), line(text, "  password"));
            text.replacen(&format!("{user}{password}"), &format!("{password}{user}"), 1)
        },
    },
    Change {
        name: "two list items swapped",
        verdict: Rejected,
        edit: |text| {
            let alpha = line(text, "  - ENC").to_owned();
            let rest = &text[text.find(&alpha).expect("the item") + alpha.len()..];
            let beta = line(rest, "  - ENC");
            text.replacen(&format!("{alpha}{beta}"), &format!("{beta}{alpha}"), 1)
        },
    },
    Change { name: "a value deleted", verdict: Rejected, edit: |text| put(text, "count", "") },
    Change {
        name: "a value replaced by its known plaintext",
        verdict: Rejected,
        edit: |text| text.replacen(token(text, "count"), "42", 1),
    },
    Change {
        name: "a value replaced by null",
        verdict: Rejected,
        edit: |text| text.replacen(token(text, "  password"), "null", 1),
    },
    Change {
        name: "a value replaced by an empty text",
        verdict: Rejected,
        edit: |text| text.replacen(token(text, "  password"), "\"\"", 1),
    },
    Change {
        name: "mac_only_encrypted switched on",
        verdict: Rejected,
        edit: |text| text.replace("\n    lastmodified", "\n    mac_only_encrypted: true\n    lastmodified"),
    },
    Change {
        name: "lastmodified moved by a year",
        verdict: Rejected,
        edit: |text| {
            let stamp = line(text, "    lastmodified").trim().split('"').nth(1).expect("a quoted time");
            text.replace(stamp, &stamp.replacen("20", "21", 1))
        },
    },
    Change { name: "mac removed", verdict: Rejected, edit: |text| text.replace(line(text, "    mac:"), "") },
    Change {
        name: "mac emptied",
        verdict: Rejected,
        edit: |text| text.replace(line(text, "    mac:"), "    mac: \"\"\n"),
    },
    Change {
        name: "a second copy of a key with an empty text",
        verdict: Rejected,
        edit: |text| behind(text, "count", "count: \"\"\n"),
    },
    Change {
        name: "a second copy of a key in a later document",
        verdict: Rejected,
        edit: |text| behind(text, "other", "other: null\n"),
    },
    Change {
        name: "new keys that hold nothing",
        verdict: Different,
        edit: |text| behind(text, "count", "a: \"\"\nb: null\nc: {}\nd: []\n"),
    },
    Change {
        name: "a list regrouped: b gets the password of a",
        verdict: Different,
        edit: |text| {
            // [{name, pw}, {name, pw}] → [{name}, {pw, name}, {pw}]
            let (before, users) = text.split_at(text.find("users:").expect("the users"));
            let users = users.replace("    pw", "  - pw");
            let (first, second) = users.split_at(users.rfind("  - name").expect("the second user"));
            format!("{before}{first}{}", second.replacen("  - name", "    name", 1))
        },
    },
    Change {
        name: "a list item wrapped in a list",
        verdict: Different,
        edit: |text| text.replacen("  - ENC", "  - - ENC", 1),
    },
    Change {
        name: "a map made into one key with a colon",
        verdict: Different,
        edit: |text| {
            let (user, password) = (line(text, "  user"), line(text, "  password"));
            let flat =
                |line: &str, key: &str| line.replacen(&format!("  {key}"), &format!("\"db:{key}\""), 1);
            let new = flat(user, "user") + &flat(password, "password");
            text.replacen(&format!("db:\n{user}{password}"), &new, 1)
        },
    },
    Change {
        name: "a clear key renamed",
        verdict: Different,
        edit: |text| text.replacen("one_unencrypted", "other_unencrypted", 1),
    },
    Change {
        name: "a byte moved between neighbouring clear values",
        verdict: Different,
        edit: |text| text.replacen(": foo\n", ": foob\n", 1).replacen(": bar\n", ": ar\n", 1),
    },
    Change {
        name: "a clear value changed",
        verdict: Rejected,
        edit: |text| text.replacen(": foo\n", ": fox\n", 1),
    },
    Change {
        name: "a clear true made into the text True",
        verdict: Different,
        edit: |text| text.replacen(": true\n", ": \"True\"\n", 1),
    },
    Change {
        name: "type int made into str",
        verdict: Different,
        edit: |text| text.replacen("type:int", "type:str", 1),
    },
    Change {
        name: "type str of a map value made into comment",
        verdict: Rejected,
        edit: |text| {
            let token = token(text, "  password");
            text.replacen(token, &token.replace("type:str", "type:comment"), 1)
        },
    },
    Change {
        name: "type str of a list item made into comment",
        verdict: Rejected,
        edit: |text| {
            let token = token(text, "  - ENC");
            text.replacen(token, &token.replace("type:str", "type:comment"), 1)
        },
    },
    Change {
        name: "type str made into bytes",
        verdict: Same,
        edit: |text| {
            let token = token(text, "  password");
            text.replacen(token, &token.replace("type:str", "type:bytes"), 1)
        },
    },
    Change {
        name: "an unknown type",
        verdict: Rejected,
        edit: |text| {
            let token = token(text, "  password");
            text.replacen(token, &token.replace("type:str", "type:text"), 1)
        },
    },
    Change {
        name: "text behind the closing bracket",
        verdict: Rejected,
        edit: |text| {
            let token = token(text, "  password");
            text.replacen(token, &format!("{token}x"), 1)
        },
    },
    Change {
        name: "base64 with unused bits set",
        verdict: Rejected,
        // 16 bytes end in a digit of which 4 bits are not used.
        edit: |text| {
            let next = |c: char| char::from_u32(c as u32 + 1).expect("a letter");
            field(text, "  password", "tag", |tag| {
                let (head, last) = tag.trim_end_matches('=').split_at(21);
                format!("{head}{}==", next(last.chars().next().expect("a digit")))
            })
        },
    },
    Change {
        name: "three bytes of the tag moved to the data",
        verdict: Rejected,
        edit: |text| {
            // The value has 9 bytes, so its base64 has no padding in the way.
            let tag = token(text, "  password").split("tag:").nth(1).expect("a tag")[..4].to_owned();
            let longer = field(text, "  password", "data", |data| format!("{data}{tag}"));
            field(&longer, "  password", "tag", |tag| tag[4..].to_owned())
        },
    },
    Change {
        name: "version made older",
        verdict: Same,
        edit: |text| text.replace(line(text, "    version"), "    version: 0.0.1\n"),
    },
    Change {
        name: "a recipient added with a key that wraps something else",
        verdict: Same,
        edit: |text| {
            let start = text.find("    age:\n").expect("the age recipients") + "    age:\n".len();
            let bob = recipient("bob");
            let entry = format!(
                "        - enc: |\n            -----BEGIN AGE ENCRYPTED FILE-----\n            AAAA\n            \
                 -----END AGE ENCRYPTED FILE-----\n          recipient: {bob}\n"
            );
            format!("{}{entry}{}", &text[..start], &text[start..])
        },
    },
    Change { name: "an encrypted comment removed", verdict: Different, edit: |text| put(text, "#ENC", "") },
    Change {
        name: "a clear comment added",
        verdict: Different,
        edit: |text| behind(text, "count", "# set this to x\n"),
    },
    Change {
        name: "an alias that contains itself in a later document",
        verdict: Rejected,
        edit: |text| behind(text, "other", "x: &x\n  y: *x\n"),
    },
    Change {
        name: "an exponential alias in a later document",
        verdict: Rejected,
        edit: |text| {
            let mut bomb = "b0_unencrypted: &b0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
            for n in 1..9 {
                let list = vec![format!("*b{}", n - 1); 9].join(", ");
                bomb += &format!("b{n}_unencrypted: &b{n} [{list}]\n");
            }
            behind(text, "other", &bomb)
        },
    },
];

/// What a program makes of the changed file. `before` is what it made of the unchanged one.
fn verdict(success: bool, stdout: &[u8], before: &[u8]) -> Verdict {
    match success {
        false => Rejected,
        true if stdout == before => Same,
        true => Different,
    }
}

#[test]
fn every_change_has_the_verdict_of_the_matrix() {
    let sandbox = Sandbox::new();
    sandbox.write("plain.yaml", PLAIN);
    let sealed = sandbox.run(["encrypt", "--age", &recipient("alice"), "plain.yaml"]).text();
    sandbox.write("sealed.yaml", &sealed);
    assert_eq!(sandbox.run(["decrypt", "sealed.yaml"]).text(), PLAIN);
    let by_sops = sandbox.sops(tools::SOPS, ["decrypt", "sealed.yaml"]).ok();
    let (mut wrong, mut table) = (Vec::new(), "tamper matrix (sops-rs | sops 3.13.2)\n".to_owned());
    for Change { name, verdict: expected, edit } in CHANGES {
        let changed = edit(&sealed);
        if changed == sealed {
            wrong.push(format!("{name}: the edit changed nothing"));
            continue;
        }
        sandbox.write("changed.yaml", &changed);
        let ours = sandbox.sops_rs(["decrypt", "changed.yaml"]).limited(2, 1024).run();
        let theirs =
            sandbox.program(&tools::sops(tools::SOPS), ["decrypt", "changed.yaml"]).limited(2, 8192).run();
        let found = verdict(ours.success(), &ours.stdout, PLAIN.as_bytes());
        let beside = match theirs.crashed() || theirs.stderr.contains("goroutine") {
            true => "crashes".to_owned(),
            false => format!("{:?}", verdict(theirs.success(), &theirs.stdout, &by_sops)),
        };
        table += &format!("  {name:<58} {:<10} {beside}\n", format!("{found:?}"));
        if ours.crashed() || found != *expected {
            wrong.push(format!("{name}: {found:?} instead of {expected:?}\n{}", ours.describe()));
        } else if found == Rejected && !ours.stdout.is_empty() {
            wrong.push(format!("{name}: rejected after something was printed"));
        }
    }
    report::keep("tamper", &table);
    report::none_wrong("changes", &wrong);
}

/// Duplicates in the formats whose readers take the last one.
#[test]
fn a_second_copy_of_a_key_is_rejected_in_every_format() {
    let cases = [
        (Format::Json, "{\"password\": \"x\", \"b\": \"y\"}\n", "\"b\":", "\"password\": \"\", \"b\":"),
        (Format::Dotenv, "PASSWORD=x\nB=y\n", "B=", "PASSWORD=\nB="),
        (Format::Ini, "[a]\npassword = x\nb = y\n", "b = ", "password =\nb = "),
        (Format::Toml, "password = \"x\"\nb = \"y\"\n", "b = ", "password = \"\"\nb = "),
    ];
    for (format, plain, old, new) in cases {
        let sandbox = Sandbox::new();
        let (input, output) = (format.file("plain"), format.file("sealed"));
        sandbox.write(&input, plain);
        let sealed = sandbox.run(["encrypt", "--age", &recipient("alice"), &input]).text();
        let changed = sealed.replacen(old, new, 1);
        assert_ne!(changed, sealed, "{format:?}: the edit changed nothing");
        sandbox.write(&output, changed);
        let message = sandbox.run(["decrypt", &output]).refuses();
        assert!(message.contains(&output), "{format:?}: {message}");
    }
}

/// A token of an older version of the file is genuine for its key, so only the MAC can tell.
#[test]
fn a_value_of_an_older_version_is_rejected() {
    let sandbox = Sandbox::new();
    let alice = recipient("alice");
    sandbox.write("a.yaml", "password: old\nuser: app\n");
    sandbox.run(["encrypt", "--age", &alice, "--output", "sealed.yaml", "a.yaml"]).ok();
    let old = token(&sandbox.text("sealed.yaml"), "password").to_owned();
    sandbox.write("a.yaml", "password: new\nuser: app\n");
    sandbox.run(["encrypt", "--age", &alice, "--output", "sealed.yaml", "a.yaml"]).ok();
    let new = sandbox.text("sealed.yaml");
    assert_eq!(sandbox.run(["decrypt", "sealed.yaml"]).text(), "password: new\nuser: app\n");
    sandbox.write("sealed.yaml", new.replacen(token(&new, "password"), &old, 1));
    sandbox.run(["decrypt", "sealed.yaml"]).fails(51);
}

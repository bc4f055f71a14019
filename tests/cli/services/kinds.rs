//! Files whose keys are of several kinds: who stands where, and what each command does with them.

use crate::support::gnupg::GnuPg;
use crate::support::sandbox::{Program, Sandbox, identity, recipient};
use crate::support::team::opened_by;
use crate::support::tools::{self, SOPS};

const PLAIN: &str = "user: app\n";
/// A time of which an entry was made long ago.
const LONG_AGO: &str = "2020-02-02T02:02:02Z";

/// PGP keys of Pat and Quin, and age identities of Alice and Bob, in one place.
struct Team {
    sandbox: Sandbox,
    gpg: GnuPg,
    pat: String,
    quin: String,
}

impl Team {
    fn new() -> Team {
        let gpg = GnuPg::new();
        let (pat, quin) = (gpg.key("pat"), gpg.key("quin"));
        Team { sandbox: Sandbox::new(), gpg, pat, quin }
    }

    fn with_keys(&self, program: Program) -> Program {
        let keys = ["alice", "bob"].map(identity).join("\n");
        program.without("SOPS_AGE_KEY_FILE").env("SOPS_AGE_KEY", keys).env("GNUPGHOME", self.gpg.home())
    }

    fn ours(&self, args: &[&str]) -> Program {
        self.with_keys(self.sandbox.sops_rs(args))
    }

    fn theirs(&self, args: &[&str]) -> Program {
        self.with_keys(self.sandbox.program(&tools::sops(SOPS), args))
    }

    /// The same file, made by the real sops long ago.
    fn old_file(&self, args: &[&str]) -> String {
        self.sandbox.write("s.yaml", PLAIN);
        self.theirs(&[&["encrypt", "-i"], args, &["s.yaml"]].concat()).run().ok();
        let text = self.sandbox.text("s.yaml");
        let lines = text.lines().map(|line| match line.split_once("created_at: ") {
            Some((before, _)) => format!("{before}created_at: \"{LONG_AGO}\"\n"),
            None => format!("{line}\n"),
        });
        let text: String = lines.collect();
        self.sandbox.write("s.yaml", &text);
        text
    }
}

/// The keys of a file with the time of their entry, whether that is long ago, in the order of the text.
fn entries(text: &str) -> Vec<(String, Option<bool>)> {
    let mut found = Vec::new();
    let mut old = None;
    for line in text.lines().map(|line| line.trim().trim_start_matches("- ")) {
        if let Some(time) = line.strip_prefix("created_at: ") {
            old = Some(time.contains(LONG_AGO));
        }
        for field in ["recipient: ", "fp: "] {
            if let Some(key) = line.strip_prefix(field) {
                found.push((key.trim_matches('"').to_owned(), old.take()));
            }
        }
    }
    found
}

#[test]
fn times_of_entries_change_when_they_do_in_sops() {
    let team = Team::new();
    let (alice, bob) = (recipient("alice"), recipient("bob"));
    let flat = ["--pgp", &team.pat, "--age", &alice];
    let config = |groups: &str| {
        team.sandbox.write(".sops.yaml", format!("creation_rules:\n  - {groups}\n"));
    };
    config(&format!("key_groups: [{{pgp: [{}, {}]}}, {{age: [{bob}]}}]", team.pat, team.quin));
    for (args, ending) in [
        (&["rotate", "-i", "--keep-unknown", "s.yaml"][..], "rotate"),
        (&["rotate", "-i", "--keep-unknown", "--add-pgp", &team.quin, "s.yaml"], "rotate and add"),
        (&["groups", "add", "-i", "--keep-unknown", "-f", "s.yaml", "--pgp", &team.quin], "groups add"),
        (&["updatekeys", "-y", "s.yaml"], "updatekeys"),
    ] {
        let before = team.old_file(&flat);
        team.ours(args).run().ok();
        let ours = entries(&team.sandbox.text("s.yaml"));
        team.sandbox.write("s.yaml", &before);
        // sops knows no --keep-unknown.
        let args: Vec<&str> = args.iter().copied().filter(|word| *word != "--keep-unknown").collect();
        team.theirs(&args).run().ok();
        assert_eq!(ours, entries(&team.sandbox.text("s.yaml")), "{ending}");
    }
    // Of two groups, one is deleted.
    team.old_file(&flat);
    team.theirs(&["groups", "add", "-i", "-f", "s.yaml", "--pgp", &team.quin]).run().ok();
    let before = team.sandbox.text("s.yaml");
    let delete = ["groups", "delete", "-i", "-f", "s.yaml", "--shamir-secret-sharing-threshold", "1", "1"];
    let after = [Team::ours, Team::theirs].map(|program| {
        team.sandbox.write("s.yaml", &before);
        let args = if std::ptr::fn_addr_eq(program, Team::ours as fn(&Team, &[&str]) -> Program) {
            [&delete[..], &["--keep-unknown"]].concat()
        } else {
            delete.to_vec()
        };
        program(&team, &args).run().ok();
        entries(&team.sandbox.text("s.yaml"))
    });
    assert_eq!(after[0], after[1]);
    // Where the group stays one, whoever could read the file keeps the entry to the letter, unlike in sops.
    let before = team.old_file(&flat);
    config(&format!("pgp: {},{}\n    age: {alice}", team.pat, team.quin));
    team.ours(&["updatekeys", "-y", "s.yaml"]).run().ok();
    let after = team.sandbox.text("s.yaml");
    assert!(before.lines().all(|line| after.contains(line)), "{after}");
    let old: Vec<_> = entries(&after).into_iter().map(|(_, old)| old).collect();
    assert_eq!(old, [None, Some(true), Some(false)]);
}

#[test]
fn keys_of_flags_variables_and_rules_stand_where_sops_puts_them() {
    let team = Team::new();
    let (alice, bob) = (recipient("alice"), recipient("bob"));
    let pgp = format!("{}, {}", team.quin, team.pat);
    let age = format!("{bob},{alice}");
    let same = |what: &str, flags: &[&str], variables: &[(&str, &str)]| {
        let placed = [Team::ours, Team::theirs].map(|program| {
            team.sandbox.write("s.yaml", PLAIN);
            let mut run = program(&team, &[&["encrypt", "-i"], flags, &["s.yaml"]].concat());
            for (name, value) in variables {
                run = run.env(name, value);
            }
            run.run().ok();
            let keys = entries(&team.sandbox.text("s.yaml")).into_iter();
            let opened = [team.ours(&["decrypt", "s.yaml"]), team.theirs(&["decrypt", "s.yaml"])];
            for decrypt in opened {
                assert_eq!(decrypt.run().text(), PLAIN, "{what}");
            }
            keys.map(|(key, _)| key).collect::<Vec<_>>()
        });
        assert_eq!(placed[0], placed[1], "{what}");
        assert_eq!(placed[0].len(), 4, "{what}");
    };
    same("flags", &["--pgp", &pgp, "--age", &age], &[]);
    same("variables", &[], &[("SOPS_PGP_FP", &pgp), ("SOPS_AGE_RECIPIENTS", &age)]);
    same("both", &["--pgp", &pgp], &[("SOPS_PGP_FP", "ignored"), ("SOPS_AGE_RECIPIENTS", &age)]);
    for rule in [
        format!("pgp: '{pgp}'\n    age: {age}"),
        format!("pgp: [{}, '{}']\n    age:\n      - {bob}\n      - {alice}", team.quin, team.pat),
        format!("key_groups:\n      - pgp: ['{}', {}]\n        age: [{bob}, '{alice}']", team.quin, team.pat),
        format!(
            "key_groups:\n      - merge:\n          - pgp: [{0}]\n          - merge: [{{age: [{alice}]}}]\n        pgp: [{1}, \
             {0}]\n        age: [{alice}, {bob}]",
            team.quin, team.pat
        ),
        format!(
            "key_groups: [{{pgp: [{}], age: [{bob}]}}, {{age: [{alice}], pgp: [{}]}}]",
            team.quin, team.pat
        ),
    ] {
        team.sandbox.write(".sops.yaml", format!("creation_rules:\n  - {rule}\n"));
        same(&rule, &[], &[]);
    }
}

#[test]
fn keys_of_every_kind_come_and_go_with_rotate() {
    let team = Team::new();
    let (alice, bob) = (recipient("alice"), recipient("bob"));
    for args in [
        &["--add-pgp", &team.quin][..],
        &["--add-pgp", &team.quin, "--rm-age", &alice],
        &["--rm-pgp", &team.pat],
        &["--rm-pgp", &team.pat, "--add-age", &bob],
        &["--rm-pgp", &team.quin],
    ] {
        let before = team.old_file(&["--pgp", &team.pat, "--age", &alice]);
        let args = [&["rotate", "-i"], args, &["s.yaml"]].concat();
        team.ours(&args).run().ok();
        let ours = entries(&team.sandbox.text("s.yaml"));
        assert_eq!(team.theirs(&["decrypt", "s.yaml"]).run().text(), PLAIN);
        team.sandbox.write("s.yaml", &before);
        team.theirs(&args).run().ok();
        assert_eq!(ours, entries(&team.sandbox.text("s.yaml")), "{args:?}");
    }
}

#[test]
fn what_updatekeys_would_change_reads_as_in_sops() {
    let team = Team::new();
    let (alice, bob) = (recipient("alice"), recipient("bob"));
    let kms = "arn:aws:kms:eu-west-1:123456789012:key/abc";
    let before = team.old_file(&["--pgp", &team.pat, "--age", &alice]);
    for rule in [
        format!("pgp: {}\n    age: {bob}", team.quin),
        format!("key_groups: [{{pgp: [{}]}}, {{age: [{alice}, {bob}]}}]", team.pat),
        format!("kms: {kms}+arn:aws:iam::123456789012:role/r\n    aws_profile: lab\n    age: {alice}"),
        format!(
            "key_groups: [{{kms: [{{arn: '{kms}', context: {{b: y, a: x}}}}], gcp_kms: [{{resource_id: \
             projects/p/locations/l/keyRings/r/cryptoKeys/k}}], azure_keyvault: [{{vaultUrl: 'https://v.vault.azure.net', key: n, \
             version: '0123456789abcdef0123456789abcdef'}}], hc_vault: ['https://vault.example:8200/v1/a/b/keys/k'], hckms: \
             [{{key_id: 'eu:1'}}]}}]"
        ),
    ] {
        team.sandbox.write(".sops.yaml", format!("creation_rules:\n  - {rule}\n"));
        team.sandbox.write("s.yaml", &before);
        // Neither gets further than that.
        let shown = [
            team.ours(&["updatekeys", "--dry-run", "s.yaml"]),
            team.theirs(&["updatekeys", "s.yaml"]).pipe("n\n"),
        ];
        let shown = shown.map(|program| {
            let text = String::from_utf8(program.run().stdout).expect("text");
            let is_change = |line: &&str| {
                ["   ", "+++", "---", "Group", "The following"].iter().any(|it| line.starts_with(it))
            };
            let mut lines: Vec<String> = text.lines().filter(is_change).map(str::to_owned).collect();
            // Keys of one group are a set.
            lines.sort();
            lines
        });
        assert!(shown[0].len() > 4, "{shown:?}");
        assert_eq!(shown[0], shown[1], "{rule}");
        assert_eq!(team.sandbox.text("s.yaml"), before);
    }
}

#[test]
fn a_group_of_pgp_keys_opens_like_any_other() {
    let team = Team::new();
    team.old_file(&["--age", &recipient("alice")]);
    team.ours(&["groups", "add", "-i", "-f", "s.yaml", "--pgp", &format!("{},{}", team.pat, team.quin)])
        .run()
        .ok();
    assert_eq!(team.theirs(&["decrypt", "s.yaml"]).run().text(), PLAIN);
    let message = opened_by(&team.sandbox, &["alice"], "s.yaml").fails(128);
    assert!(
        message.contains("2 key groups must open, 1 of 2 did") && message.contains(&team.quin),
        "{message}"
    );
    let who = team.ours(&["recipients", "who", "s.yaml"]).run().text();
    assert_eq!(who, format!("Group 1\n{}\nGroup 2\n{}\n{}\n", recipient("alice"), team.pat, team.quin));
    let delete = ["groups", "delete", "-i", "-f", "s.yaml", "--shamir-secret-sharing-threshold", "1", "0"];
    team.ours(&delete).run().ok();
    opened_by(&team.sandbox, &["alice", "bob"], "s.yaml").fails(128);
    assert_eq!(team.theirs(&["decrypt", "s.yaml"]).run().text(), PLAIN);
}

#[test]
fn the_decryption_order_says_whether_gpg_is_asked() {
    let team = Team::new();
    team.old_file(&["--pgp", &team.pat, "--age", &recipient("alice")]);
    let started = team.gpg.file("started");
    let script = format!("#!/bin/sh\ntouch '{}'\nexec gpg \"$@\"\n", started.display());
    let watched = team.gpg.program("watched", &script);
    for (order, asked) in
        [("", false), ("age", false), ("kms,hc_vault,age", false), ("pgp", true), ("pgp,age", true)]
    {
        let args = ["decrypt", "--decryption-order", order, "s.yaml"];
        let decrypt = team.ours(&args).env("SOPS_GPG_EXEC", &watched);
        assert_eq!(decrypt.run().text(), PLAIN);
        assert_eq!(started.exists(), asked, "{order}");
        let _ = std::fs::remove_file(&started);
    }
}

#[test]
fn each_kind_of_key_alone_opens_the_file_for_every_command() {
    let team = Team::new();
    team.old_file(&["--pgp", &team.pat, "--age", &recipient("alice")]);
    let by_pgp = |args: &[&str]| team.ours(args).without("SOPS_AGE_KEY").run();
    by_pgp(&["set", "s.yaml", "[\"user\"]", "\"other\""]).ok();
    let edit = team.ours(&["edit", "s.yaml"]).without("SOPS_AGE_KEY").env("EDITOR", "sed -i s/other/more/");
    edit.run().ok();
    assert_eq!(by_pgp(&["exec-env", "s.yaml", "echo $user"]).text(), "more\n");
    assert_eq!(by_pgp(&["decrypt", "--extract", "[\"user\"]", "s.yaml"]).text(), "more");
    assert_eq!(opened_by(&team.sandbox, &["alice"], "s.yaml").text(), "user: more\n");
    by_pgp(&["rotate", "-i", "s.yaml"]).ok();
    assert_eq!(opened_by(&team.sandbox, &["alice"], "s.yaml").text(), "user: more\n");
}

#[test]
fn check_points_at_the_entry_that_the_rule_does_not_list() {
    let sandbox = Sandbox::new();
    crate::support::team::sealed(&sandbox, "s.yaml", PLAIN, &["alice"]);
    // Each kind twice, and in each pair the first name begins as the second does.
    let entry = |fields: &str| format!("        - created_at: \"{LONG_AGO}\"\n          enc: x\n{fields}");
    let line = |field: &str, value: &str| format!("          {field}: {value}\n");
    let kms = "arn:aws:kms:eu-west-1:123456789012:key/abc";
    let of_kms = |context: &str| entry(&format!("{}{}", line("arn", kms), line("context", context)));
    let azure = |name: &str| {
        entry(
            &(line("name", name)
                + &line("vault_url", "https://v.vault.azure.net")
                + &line("version", "\"12\"")),
        )
    };
    let vault = |name: &str| {
        entry(
            &(line("engine_path", "transit")
                + &line("key_name", name)
                + &line("vault_address", "https://vault:8200")),
        )
    };
    let lists = [
        ("azure_kv", azure("h"), azure("hh")),
        ("hc_vault", vault("h"), vault("hh")),
        ("kms", of_kms("{a: x}"), of_kms("{a: xx}")),
    ];
    let block: String = lists.iter().map(|(list, one, two)| format!("    {list}:\n{one}{two}")).collect();
    let text = sandbox.text("s.yaml").replacen("sops:\n", &format!("sops:\n{block}"), 1);
    sandbox.write("s.yaml", &text);
    sandbox.write(
        ".sops.yaml",
        format!(
            "creation_rules:\n  - key_groups:\n      - age: [{}]\n        kms: [{{arn: '{kms}', context: {{a: x}}}}]\n        \
             azure_keyvault: [{{vaultUrl: 'https://v.vault.azure.net', key: h, version: '12'}}]\n        hc_vault: \
             ['https://vault:8200/v1/transit/keys/h']\n",
            recipient("alice")
        ),
    );
    let outcome = sandbox.run(["check", "s.yaml"]);
    let findings = String::from_utf8_lossy(&outcome.stdout).into_owned();
    let found: Vec<&str> = findings.lines().filter(|line| line.contains("does not list it")).collect();
    assert_eq!(found.len(), 3, "{}", outcome.describe());
    let number = |of: &str, nth: usize| {
        let lines =
            text.lines().enumerate().filter(|(_, line)| line.trim().trim_start_matches("- ").starts_with(of));
        lines.map(|(number, _)| number + 1).nth(nth).expect("a line")
    };
    for (place, key) in [
        (number("vault_url:", 1), "azure_kv https://v.vault.azure.net/keys/hh/12"),
        (number("key_name:", 1), "hc_vault https://vault:8200/v1/transit/keys/hh"),
        (number("arn:", 1), "|a:xx"),
    ] {
        let is_there =
            found.iter().any(|line| line.contains(&format!("s.yaml:{place}")) && line.contains(key));
        assert!(is_there, "{place} {key}: {findings}");
    }
}

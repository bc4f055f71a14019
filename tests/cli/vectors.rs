//! The age vectors of C2SP through the whole program: which age files unwrap a data key, and which are refused.

use crate::support::sandbox::Sandbox;
use crate::support::{files, name, pool, report, tools};

/// A sealed file whose data key is wrapped in this age file.
fn sealed_with(age_file: &[u8]) -> String {
    let armor = if age_file.starts_with(b"age-encryption.org/") {
        let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, age_file);
        let lines: Vec<&str> =
            text.as_bytes().chunks(64).map(|line| str::from_utf8(line).expect("ASCII")).collect();
        let lines = lines.join("\n");
        format!("-----BEGIN AGE ENCRYPTED FILE-----\n{lines}\n-----END AGE ENCRYPTED FILE-----\n")
    } else {
        String::from_utf8_lossy(age_file).into_owned()
    };
    serde_json::json!({
        "a": "ENC[AES256_GCM,data:uA==,iv:rKicqlCxIj2ndj69qjP/gEx2CDrbUYAdAzly/PwM5aE=,tag:sgjrIRfj2N8Ruvs5F/kXyg==,type:str]",
        "sops": {
            "age": [{ "recipient": "age1lzd99uklcjnc0e7d860axevet2cz99ce9pq6tzuzd05l5nr28ams36nvun", "enc": armor }],
            "lastmodified": "2026-01-01T00:00:00Z",
            "mac": "ENC[AES256_GCM,data:uA==,iv:rKicqlCxIj2ndj69qjP/gEx2CDrbUYAdAzly/PwM5aE=,tag:sgjrIRfj2N8Ruvs5F/kXyg==,type:str]",
            "version": "3.13.2"
        }
    })
    .to_string()
}

/// Accepted by the age crate on purpose: early versions left out the last line of some stanzas.
const LENIENT: [&str; 2] = ["stanza_missing_body", "stanza_missing_final_line"];

#[test]
fn age_vectors_have_the_verdict_of_their_authors() {
    let vectors = files(tools::tool("cctv-age-0.2.0"));
    assert!(vectors.len() > 100, "only {} vectors", vectors.len());
    let results = pool::each(&vectors, |file| {
        let bytes = std::fs::read(file).expect("a readable vector");
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").expect("a header") + 2;
        let header = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let field = |what: &str| {
            let lines = header.lines().filter_map(|line| line.strip_prefix(what));
            lines.collect::<Vec<_>>().join("\n")
        };
        let identities = field("identity: ");
        // No data key is wrapped with a passphrase, or fills more than the first chunk of 64 KiB.
        if identities.is_empty() || bytes.len() - end > 64 << 10 || LENIENT.contains(&name(file)) {
            return None;
        }
        let sandbox = Sandbox::new();
        sandbox.write("sealed.json", sealed_with(&bytes[end..]));
        let program = sandbox.sops_rs(["decrypt", "sealed.json"]).without("SOPS_AGE_KEY_FILE");
        let outcome = program.env("SOPS_AGE_KEY", identities).run();
        // The payload of every vector is something else than a data key, so none opens the file in the end.
        let unwrapped = outcome.stderr.contains(UNWRAPPED);
        let wrong = outcome.crashed() || outcome.success() || unwrapped != (field("expect: ") == "success");
        Some(wrong.then(|| format!("{}: {}", name(file), outcome.stderr)))
    });
    let tried: Vec<Option<String>> = results.into_iter().flatten().collect();
    assert!(tried.len() > 90, "only {} vectors were tried", tried.len());
    let wrong: Vec<String> = tried.iter().flatten().cloned().collect();
    report::none_wrong(&format!("{} age vectors", tried.len()), &wrong);
}

/// What the program says when an age file opens to something of another size than a data key.
const UNWRAPPED: &str = "neither a data key nor a share";

//! Every place where the SDK finds credentials, and what is said when there are none.

use super::double::{self, ARN, CANARY};
use super::{Lab, PLAIN};
use crate::support::server::{Answer, Server};
use crate::support::services::{Variables, moto};
use std::time::{Duration, Instant};

/// A server of the services, and a lab that knows where it is but has no credentials.
fn without_credentials() -> (Server, Lab) {
    let server = Server::plain(double::honest);
    let lab = Lab::new(double::endpoints(&server));
    (server, lab)
}

/// Both programs used these credentials, and no other.
#[track_caller]
fn used(server: &Server, id: &str) {
    let callers = double::callers(server);
    assert!(callers.len() == 4 && callers.iter().all(|caller| caller == id), "{callers:?}");
}

/// As [`Lab::goes_both_ways`], where sops can't be kept on this machine: it takes no endpoint for the service that gives
/// these credentials. So it opens the file with others.
#[track_caller]
fn ours_goes(server: &Server, lab: &Lab, flags: &[&str], id: &str) {
    lab.seal("f.yaml", PLAIN, flags).ok();
    assert_eq!(lab.ours(["decrypt", "f.yaml"]).run().text(), PLAIN);
    let callers = double::callers(server);
    assert_eq!(callers, [id, id]);
    let other = Lab::new(double::variables(server));
    other.sandbox.write("f.yaml", lab.sandbox.text("f.yaml").replace("aws_profile: up", "aws_profile: \"\""));
    assert_eq!(other.sops(["decrypt", "f.yaml"]).run().text(), PLAIN);
}

fn web_identity(lab: &mut Lab) {
    let token = lab.sandbox.write("token", "canary-of-the-job");
    let token = token.display().to_string();
    lab.variables.push(("AWS_WEB_IDENTITY_TOKEN_FILE", token));
    lab.variables.push(("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/ci".into()));
}

const STATIC: &str = "aws_access_key_id = AKIAFILE\naws_secret_access_key = canary\n";

#[test]
fn a_job_of_ci_has_its_web_identity() {
    let (server, mut lab) = without_credentials();
    web_identity(&mut lab);
    ours_goes(&server, &lab, &["--kms", ARN], "ASIAWEB");
    assert!(double::roles(&server).iter().all(|(role, _)| role == "arn:aws:iam::111122223333:role/ci"));
}

#[test]
fn a_profile_has_keys_of_its_own_or_assumes_a_role_with_those_of_another() {
    let (server, lab) = without_credentials();
    let role = "[profile up]\nrole_arn = arn:aws:iam::111122223333:role/up\nsource_profile = lab\n";
    let lab = lab.with_config(&format!("[profile lab]\n{STATIC}{role}"));
    lab.goes_both_ways("f.yaml", PLAIN, &["--kms", ARN, "--aws-profile", "lab"]);
    used(&server, "AKIAFILE");
    let (server, lab) = without_credentials();
    let lab = lab.with_config(&format!("[profile lab]\n{STATIC}{role}"));
    ours_goes(&server, &lab, &["--kms", ARN, "--aws-profile", "up"], "ASIAROLE");
    assert!(double::roles(&server).iter().all(|(role, _)| role == "arn:aws:iam::111122223333:role/up"));
}

#[test]
fn a_profile_may_say_where_the_services_are() {
    let (url, key) = (moto().url(), moto().key("us-east-1"));
    let services = format!("[services s]\nkms =\n  endpoint_url = {url}\nsts =\n  endpoint_url = {url}\n");
    let lab = Lab::new(Vec::new()).with_config(&format!("[profile lab]\n{STATIC}services = s\n{services}"));
    let with_role = format!("{key}+arn:aws:iam::123456789012:role/sops");
    for key in [&key, &with_role] {
        lab.goes_both_ways("f.yaml", PLAIN, &["--kms", key, "--aws-profile", "lab"]);
    }
}

#[test]
fn a_profile_may_name_a_program() {
    let (server, lab) = without_credentials();
    let given = r#"{"Version":1,"AccessKeyId":"AKIAPROGRAM","SecretAccessKey":"canary"}"#;
    let lab = lab.with_config(&format!("[default]\ncredential_process = echo '{given}'\n"));
    lab.goes_both_ways("f.yaml", PLAIN, &["--kms", ARN]);
    used(&server, "AKIAPROGRAM");
}

#[test]
fn a_program_that_fails_is_told_without_what_it_said() {
    let (server, lab) = without_credentials();
    let lab =
        lab.with_config("[default]\ncredential_process = sh -c 'echo canary; echo canary >&2; exit 3'\n");
    let message = lab.seal("f.yaml", PLAIN, &["--kms", ARN]).fails(1);
    assert!(
        message.contains("no AWS credentials from the profile default") && message.contains('3'),
        "{message}"
    );
    assert!(!message.contains(CANARY) && server.requests().is_empty(), "{message}");
}

#[test]
fn a_container_gives_its_role() {
    let (server, mut lab) = without_credentials();
    lab.variables.push(("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{}/container", server.url())));
    lab.variables.push(("AWS_CONTAINER_AUTHORIZATION_TOKEN", "canary-of-the-container".into()));
    lab.goes_both_ways("f.yaml", PLAIN, &["--kms", ARN]);
    used(&server, "ASIACONTAINER");
}

#[test]
fn an_instance_gives_its_role() {
    let (server, mut lab) = without_credentials();
    lab.variables.push(("AWS_EC2_METADATA_DISABLED", "false".into()));
    lab.variables.push(("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url()));
    lab.goes_both_ways("f.yaml", PLAIN, &["--kms", ARN]);
    used(&server, "ASIAINSTANCE");
}

#[test]
fn a_person_has_an_sso_session() {
    let (server, lab) = without_credentials();
    let lab = lab.with_config(
        "[default]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = r\n\
         [sso-session s]\nsso_start_url = https://sso.test/start\nsso_region = eu-west-1\n",
    );
    let cache = lab.sandbox.home().join(".aws/sso/cache");
    std::fs::create_dir_all(&cache).expect("a folder in the sandbox");
    // The name is the SHA-1 of the session's.
    let file = cache.join("a0f1490a20d0211c997b44bc357e1972deab8ae3.json");
    let token = |until: &str| format!(r#"{{"accessToken":"canary-of-the-session","expiresAt":"{until}"}}"#);
    std::fs::write(&file, token("2099-01-01T00:00:00Z")).expect("a file in the sandbox");
    ours_goes(&server, &lab, &["--kms", ARN], "ASIASSO");
    for gone in [true, false] {
        if gone {
            std::fs::write(&file, token("2020-01-01T00:00:00Z")).expect("a file in the sandbox");
        } else {
            std::fs::remove_file(&file).expect("a file of the sandbox");
        }
        let message = lab.ours(["decrypt", "f.yaml"]).run().fails(128);
        assert!(
            message.contains("from the profile default") && message.contains("aws sso login"),
            "{message}"
        );
        assert!(!message.contains(CANARY), "{message}");
    }
}

#[test]
fn the_first_place_counts_and_a_profile_of_the_key_comes_before_all() {
    let every = |lab: &mut Lab| {
        web_identity(lab);
        lab.variables.push(("AWS_ACCESS_KEY_ID", "AKIAENV".into()));
        lab.variables.push(("AWS_SECRET_ACCESS_KEY", "canary".into()));
    };
    let config = format!("[default]\n{STATIC}[profile up]\n{STATIC}");
    for (flags, from, id) in [
        (&["--kms", ARN][..], &[][..], "AKIAENV"),
        (&["--kms", ARN], &["AWS_ACCESS_KEY_ID"], "ASIAWEB"),
        (&["--kms", ARN], &["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE"], "AKIAFILE"),
        (&["--kms", ARN, "--aws-profile", "up"], &[], "AKIAFILE"),
    ] {
        let (server, lab) = without_credentials();
        let mut lab = lab.with_config(&config);
        every(&mut lab);
        lab.variables.retain(|(name, _)| !from.contains(name));
        ours_goes(&server, &lab, flags, id);
    }
}

#[test]
fn a_place_that_fails_is_named_and_no_other_is_tried() {
    let token: Variables = vec![
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/nonexistent/token".into()),
        ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/ci".into()),
    ];
    let profile: Variables = vec![("AWS_PROFILE", "nobody".into())];
    let nowhere = || "http://127.0.0.1:9/container".to_owned();
    let container: Variables = vec![("AWS_CONTAINER_CREDENTIALS_FULL_URI", nowhere())];
    for (variables, said) in [
        (token, "from AWS_WEB_IDENTITY_TOKEN_FILE (at 127.0.0.1:"),
        (profile, "from the profile nobody: profile `nobody` was not defined"),
        (container, "from the role of the container (at 127.0.0.1:9): Connection refused"),
    ] {
        let (server, lab) = without_credentials();
        let mut lab = lab.with_config("[profile somebody]\nregion = eu-west-1\n");
        lab.variables.extend(variables);
        let message = lab.seal("f.yaml", PLAIN, &["--kms", ARN]).fails(1);
        assert!(message.contains("no AWS credentials") && message.contains(said), "{message}");
        assert!(server.requests().is_empty() && lab.sandbox.text("f.yaml") == PLAIN);
    }
}

#[test]
fn a_role_that_may_not_be_assumed_is_told_with_whose_credentials() {
    let denied = "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
        <Code>AccessDenied</Code><Message>User: arn:aws:iam::111122223333:user/me is not authorized to perform: \
        sts:AssumeRole</Message></Error><RequestId>1</RequestId></ErrorResponse>";
    let server = Server::plain(|_| Answer::text(403, denied).with("X-Amzn-Requestid", "1"));
    let lab = Lab::new(double::variables(&server));
    let key = format!("{ARN}+arn:aws:iam::111122223333:role/r");
    let message = lab.seal("f.yaml", PLAIN, &["--kms", &key]).fails(1);
    let place = format!(
        "sts:AssumeRole at 127.0.0.1:{}, with AWS_ACCESS_KEY_ID: AccessDenied: User: ",
        server.port()
    );
    assert!(message.contains(&place) && message.contains("user/me is not authorized"), "{message}");
}

#[test]
fn without_credentials_nobody_waits_long_and_all_places_are_named() {
    let (server, lab) = without_credentials();
    let silent = Server::plain(|_| Answer::Silence);
    for (disabled, endpoint) in
        [("true", silent.url()), ("false", silent.url()), ("false", "http://127.0.0.1:9".into())]
    {
        let start = Instant::now();
        lab.sandbox.write("f.yaml", PLAIN);
        let run = lab.ours(["encrypt", "-i", "--kms", ARN, "f.yaml"]);
        let run =
            run.env("AWS_EC2_METADATA_DISABLED", disabled).env("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint);
        let message = run.run().fails(1);
        assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
        for place in [
            "AWS_ACCESS_KEY_ID",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "the profile default",
            "container",
            "instance",
        ] {
            assert!(message.contains(place), "{place}: {message}");
        }
        assert!(message.contains("no AWS credentials"), "{message}");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn no_credential_is_in_any_log_however_much_is_asked_for() {
    let (server, mut lab) = without_credentials();
    web_identity(&mut lab);
    for name in ["RUST_LOG", "AWS_LOG", "AWS_LOG_LEVEL", "AWS_SDK_LOG", "SMITHY_LOG", "TRACE"] {
        lab.variables.push((name, "trace".into()));
    }
    let key = format!("{ARN}+arn:aws:iam::111122223333:role/r");
    let sealed = lab.seal("f.yaml", PLAIN, &["--kms", &key]);
    assert!(sealed.success() && sealed.stdout.is_empty(), "{}", sealed.describe());
    assert!(sealed.stderr.is_empty(), "{}", sealed.describe());
    let opened = lab.ours(["decrypt", "f.yaml"]).run();
    assert!(opened.stderr.is_empty(), "{}", opened.describe());
    assert_eq!(opened.text(), PLAIN);
    assert_eq!(double::callers(&server), ["ASIAROLE", "ASIAROLE"]);
}

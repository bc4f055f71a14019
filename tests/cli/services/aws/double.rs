//! KMS, STS, SSO and the places that give credentials, all by one server of the test, which sees who calls.

use crate::support::server::{Answer, Request, Server};
use crate::support::services::Variables;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

pub const ARN: &str = "arn:aws:kms:eu-west-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef";

/// In every secret that goes over the wire.
pub const CANARY: &str = "canary";

/// Its endpoints, and static credentials.
pub fn variables(server: &Server) -> Variables {
    let mut variables = endpoints(server);
    variables.push(("AWS_ACCESS_KEY_ID", "AKIAENV".into()));
    variables.push(("AWS_SECRET_ACCESS_KEY", format!("{CANARY}-of-the-environment")));
    variables
}

/// Its endpoints alone.
pub fn endpoints(server: &Server) -> Variables {
    vec![("AWS_ENDPOINT_URL", server.url())]
}

/// Answers as the services do.
pub fn honest(request: &Request) -> Answer {
    match request.path() {
        "/" if request.header("x-amz-target").is_some() => kms(request),
        "/" => sts(request),
        "/container" => {
            assert_eq!(request.header("authorization"), Some("canary-of-the-container"));
            Answer::json(200, &keys("ASIACONTAINER"))
        }
        "/latest/api/token" => {
            assert_eq!(request.method, "PUT");
            Answer::text(200, "canary-of-the-metadata").with("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "21600")
        }
        "/latest/meta-data/iam/security-credentials/" => Answer::text(200, "role-of-the-instance"),
        "/latest/meta-data/iam/security-credentials/role-of-the-instance" => {
            assert_eq!(request.header("x-aws-ec2-metadata-token"), Some("canary-of-the-metadata"));
            Answer::json(200, &keys("ASIAINSTANCE"))
        }
        "/federation/credentials" => {
            assert_eq!(request.header("x-amz-sso_bearer_token"), Some("canary-of-the-session"));
            let keys = json!({ "accessKeyId": "ASIASSO", "secretAccessKey": "canary", "sessionToken": "canary",
                "expiration": 4_070_908_800_000_u64 });
            Answer::json(200, &json!({ "roleCredentials": keys }))
        }
        other => panic!("nothing is at {other}"),
    }
}

/// Whose credentials each call of KMS was signed with.
pub fn callers(server: &Server) -> Vec<String> {
    let calls = server.requests().into_iter().filter(|request| request.header("x-amz-target").is_some());
    calls.map(|request| who(&request)).collect()
}

/// The roles that were assumed, and the names of the sessions.
pub fn roles(server: &Server) -> Vec<(String, String)> {
    let asked = server.requests();
    let asked =
        asked.iter().filter(|request| request.path() == "/" && request.header("x-amz-target").is_none());
    let field = |request: &Request, name: &str| {
        let found = request.form().into_iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value).unwrap_or_default()
    };
    asked.map(|request| (field(request, "RoleArn"), field(request, "RoleSessionName"))).collect()
}

fn who(request: &Request) -> String {
    let signed = request.header("authorization").expect("a signature");
    let (_, rest) = signed.split_once("Credential=").expect("a credential");
    let scope: Vec<&str> = rest.split(['/', ',']).collect();
    assert_eq!(scope[2..5], ["eu-west-1", "kms", "aws4_request"], "{signed}");
    scope[0].to_owned()
}

/// The wrapped key is what it was asked for, in clear.
fn kms(request: &Request) -> Answer {
    let asked = request.json();
    // sops sends an empty context where we send none.
    let context = asked.get("EncryptionContext").cloned().unwrap_or_else(|| json!({}));
    let bound = json!({ "key": asked["KeyId"], "context": context });
    match request.header("x-amz-target") {
        Some("TrentService.Encrypt") => {
            let wrapped = json!({ "bound": bound, "plaintext": asked["Plaintext"] }).to_string();
            amz(200, &json!({ "CiphertextBlob": STANDARD.encode(wrapped), "KeyId": asked["KeyId"] }))
        }
        Some("TrentService.Decrypt") => {
            let blob = STANDARD.decode(asked["CiphertextBlob"].as_str().expect("a text")).expect("Base64");
            let wrapped: Value = serde_json::from_slice(&blob).expect("what was wrapped here");
            if wrapped["bound"] != bound {
                return refusal("InvalidCiphertextException", "");
            }
            amz(200, &json!({ "Plaintext": wrapped["plaintext"], "KeyId": asked["KeyId"] }))
        }
        other => panic!("no such action: {other:?}"),
    }
}

/// An error of KMS.
pub fn refusal(code: &str, message: &str) -> Answer {
    amz(400, &json!({ "__type": code, "message": message }))
}

fn amz(status: u16, value: &Value) -> Answer {
    let body = value.to_string().into_bytes();
    let reply = Answer::Reply { status, headers: Vec::new(), body };
    reply.with("Content-Type", "application/x-amz-json-1.1")
}

fn sts(request: &Request) -> Answer {
    let form = request.form();
    let field = |name: &str| form.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    let (action, id) = match field("Action") {
        Some("AssumeRole") => ("AssumeRole", "ASIAROLE"),
        Some("AssumeRoleWithWebIdentity") => {
            assert_eq!(field("WebIdentityToken"), Some("canary-of-the-job"));
            ("AssumeRoleWithWebIdentity", "ASIAWEB")
        }
        other => panic!("no such action: {other:?}"),
    };
    let body = format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result><AssumedRoleUser>\
         <AssumedRoleId>AROA:s</AssumedRoleId><Arn>arn:aws:sts::111122223333:assumed-role/r/s</Arn></AssumedRoleUser>\
         <Credentials><AccessKeyId>{id}</AccessKeyId><SecretAccessKey>canary</SecretAccessKey>\
         <SessionToken>canary</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
         </{action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{action}Response>"
    );
    let reply = Answer::Reply { status: 200, headers: Vec::new(), body: body.into_bytes() };
    reply.with("Content-Type", "text/xml")
}

fn keys(id: &str) -> Value {
    json!({ "Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "2026-01-01T00:00:00Z", "AccessKeyId": id,
        "SecretAccessKey": "canary", "Token": "canary", "Expiration": "2099-01-01T00:00:00Z" })
}

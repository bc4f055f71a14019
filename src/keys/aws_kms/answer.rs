//! Whether an answer of KMS is one to what was asked.

use super::key::AwsKmsKey;

/// Checks the key that KMS says it used. An alias stands for some key of its account and region.
pub(super) fn is_of(key: &AwsKmsKey, used: Option<&str>) -> bool {
    let Some(used) = used else { return false };
    used == key.arn || (key.is_alias() && place(used).is_some() && place(used) == place(&key.arn))
}

/// Partition, service, region and account of the ARN of a key.
fn place(arn: &str) -> Option<&str> {
    arn.split_once(":key/").or_else(|| arn.split_once(":alias/")).map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(arn: &str) -> AwsKmsKey {
        AwsKmsKey { arn: arn.into(), ..AwsKmsKey::default() }
    }

    #[test]
    fn another_keys_answer_is_not_ours() {
        let plain = key("arn:aws:kms:eu-west-1:111122223333:key/mrk-1");
        assert!(is_of(&plain, Some("arn:aws:kms:eu-west-1:111122223333:key/mrk-1")));
        assert!(!is_of(&plain, Some("arn:aws:kms:us-east-1:111122223333:key/mrk-1")));
        assert!(!is_of(&plain, Some("mrk-1")) && !is_of(&plain, None));
    }

    #[test]
    fn an_alias_stands_for_a_key_of_its_account_and_region() {
        let alias = key("arn:aws:kms:eu-west-1:111122223333:alias/sops");
        assert!(is_of(&alias, Some("arn:aws:kms:eu-west-1:111122223333:key/1")));
        assert!(!is_of(&alias, Some("arn:aws:kms:eu-west-1:444455556666:key/1")));
        assert!(!is_of(&alias, Some("arn:aws:kms:us-east-1:111122223333:key/1")));
        assert!(!is_of(&alias, Some("1")));
    }
}

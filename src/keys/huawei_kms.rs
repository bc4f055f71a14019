//! HuaweiCloud KMS: its keys are stored and named, and never used.

/// `REGION:UUID`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HuaweiKmsKey {
    pub key_id: String,
}

impl HuaweiKmsKey {
    /// See spec, config 2.1.
    pub fn parse(text: &str) -> Result<HuaweiKmsKey, String> {
        match text.trim().split_once(':') {
            Some((region, uuid)) if !region.trim().is_empty() && !uuid.trim().is_empty() => {
                Ok(HuaweiKmsKey { key_id: text.trim().into() })
            }
            _ => Err("not the id of a HuaweiCloud KMS key: expected REGION:UUID".into()),
        }
    }
}

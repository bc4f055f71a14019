use crate::document::tree::Node;
#[derive(Clone)]
pub struct AgeRecipient(pub String);
#[derive(Clone)]
pub enum Recipient {
    Age(AgeRecipient),
    Other { list: String, identity: String },
}
#[derive(Clone)]
pub struct Stanza {
    pub recipient: Recipient,
    pub enc: String,
    pub entry: Node,
}

impl AgeRecipient {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl Recipient {
    pub fn age(t: &str) -> Recipient {
        Recipient::Age(AgeRecipient(t.into()))
    }
    pub fn list(&self) -> &str {
        match self {
            Recipient::Age(_) => "age",
            Recipient::Other { list, .. } => list,
        }
    }
}

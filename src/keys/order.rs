//! Which kind of key is tried first (spec, file-format 9; cli 1.6).

/// The decryption order: key kinds named first are tried first, the others after them as they are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order(Vec<String>);

/// A kind that a decryption order names twice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the decryption order names `{0}` twice")]
pub struct RepeatedKind(pub String);

impl Default for Order {
    fn default() -> Order {
        Order(vec!["age".into(), "pgp".into()])
    }
}

impl Order {
    /// Reads a comma-separated list of kinds (`age`, `pgp`, `kms`, `gcp_kms`, `hckms`, `azure_kv`,
    /// `hc_vault`). Unknown words match nothing; empty text is the default order.
    pub fn parse(text: &str) -> Result<Order, RepeatedKind> {
        if text.is_empty() {
            return Ok(Order::default());
        }
        let mut kinds: Vec<String> = Vec::new();
        for kind in text.split(',') {
            if kinds.iter().any(|known| known == kind) {
                return Err(RepeatedKind(kind.to_owned()));
            }
            kinds.push(kind.to_owned());
        }
        Ok(Order(kinds))
    }

    /// The place of a kind; unlisted kinds share the last one.
    pub(super) fn rank(&self, kind: &str) -> usize {
        self.0.iter().position(|listed| listed == kind).unwrap_or(self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(order: &Order) -> Vec<&'static str> {
        let mut kinds = vec!["kms", "gcp_kms", "hc_vault", "pgp", "age"];
        kinds.sort_by_key(|kind| order.rank(kind));
        kinds
    }

    #[test]
    fn age_and_pgp_come_first_unless_told_otherwise() {
        assert_eq!(sorted(&Order::default()), ["age", "pgp", "kms", "gcp_kms", "hc_vault"]);
        assert_eq!(sorted(&Order::parse("").unwrap()), sorted(&Order::default()));
        assert_eq!(
            sorted(&Order::parse("hc_vault,age").unwrap()),
            ["hc_vault", "age", "kms", "gcp_kms", "pgp"]
        );
    }

    #[test]
    fn unknown_words_are_harmless_and_repeated_ones_are_not() {
        assert_eq!(sorted(&Order::parse(" age,foo,gcp_kms").unwrap())[0], "gcp_kms");
        assert_eq!(Order::parse("age,kms,age"), Err(RepeatedKind("age".into())));
    }
}

//! Splitting a data key among key groups: Shamir's scheme as HashiCorp Vault and sops have it
//! (spec, file-format 7), byte by byte over GF(2^8) with the polynomial 0x11B. A share is the values
//! followed by its x coordinate.
//!
//! Written here because no published crate does exactly this and wipes what it used: `vsss-rs` (the only
//! one over this field; `sharks` and `blahaj` use 0x11D) keeps the x coordinate in front and leaves its
//! polynomial, whose constant term is the key, in freed memory. The arithmetic takes no branch and no
//! table look-up that depends on a secret.

use zeroize::Zeroizing;

/// Shares that can't be put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CombineError {
    #[error("at least two shares are needed")]
    TooFew,
    #[error("the shares differ in length")]
    Lengths,
    #[error("two groups hold the same share")]
    Repeated,
    /// At x = 0 stands the secret itself: such a share would overrule all others.
    #[error("a share has the coordinate zero, which no splitting gives")]
    Zero,
}

/// Splits `secret` into `count` shares, any `threshold` of which give it back.
/// The caller has checked that `2 <= threshold <= count`.
pub(super) fn split(
    secret: &[u8],
    count: u8,
    threshold: u8,
) -> Result<Vec<Zeroizing<Vec<u8>>>, getrandom::Error> {
    let mut shares: Vec<_> = (1..=count)
        .map(|x| {
            let mut share = Zeroizing::new(vec![0; secret.len() + 1]);
            share[secret.len()] = x;
            share
        })
        .collect();
    let mut polynomial = Zeroizing::new(vec![0; usize::from(threshold)]);
    for (at, &byte) in secret.iter().enumerate() {
        getrandom::fill(&mut polynomial)?;
        polynomial[0] = byte;
        for (x, share) in (1..=count).zip(&mut shares) {
            share[at] = evaluate(&polynomial, x);
        }
    }
    Ok(shares)
}

/// The secret that `shares` were split from. More shares than the threshold are fine; a wrong share is
/// not noticed here, the first value it decrypts is.
pub(super) fn combine(shares: &[&[u8]]) -> Result<Zeroizing<Vec<u8>>, CombineError> {
    let [first, rest @ ..] = shares else { return Err(CombineError::TooFew) };
    if rest.is_empty() || first.len() < 2 {
        return Err(CombineError::TooFew);
    }
    if rest.iter().any(|share| share.len() != first.len()) {
        return Err(CombineError::Lengths);
    }
    let length = first.len() - 1;
    let mut seen = [false; 256];
    for share in shares {
        if share[length] == 0 {
            return Err(CombineError::Zero);
        }
        if std::mem::replace(&mut seen[usize::from(share[length])], true) {
            return Err(CombineError::Repeated);
        }
    }
    let mut secret = Zeroizing::new(vec![0; length]);
    for share in shares {
        let weight = weight_at_zero(share[length], shares.iter().map(|other| other[length]));
        for (byte, &y) in secret.iter_mut().zip(&share[..length]) {
            *byte ^= multiply(y, weight);
        }
    }
    Ok(secret)
}

/// The Lagrange coefficient at zero of the share at `x`. x coordinates are public.
fn weight_at_zero(x: u8, all: impl Iterator<Item = u8>) -> u8 {
    all.filter(|&other| other != x).fold(1, |weight, other| {
        let factor = multiply(other, invert(other ^ x));
        multiply(weight, factor)
    })
}

fn evaluate(polynomial: &[u8], x: u8) -> u8 {
    polynomial.iter().rev().fold(0, |sum, &coefficient| multiply(sum, x) ^ coefficient)
}

/// Product in GF(2^8), in constant time: masks instead of branches.
fn multiply(mut a: u8, mut b: u8) -> u8 {
    let mut product = 0;
    for _ in 0..8 {
        product ^= a & (b & 1).wrapping_neg();
        let overflow = (a >> 7).wrapping_neg();
        a = (a << 1) ^ (0x1B & overflow);
        b >>= 1;
    }
    product
}

/// a^254, which is 1/a, and 0 for 0.
fn invert(a: u8) -> u8 {
    let mut power = a;
    for _ in 0..6 {
        power = multiply(multiply(power, power), a);
    }
    multiply(power, power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }

    fn combined(shares: &[&str]) -> Result<Vec<u8>, CombineError> {
        let shares: Vec<_> = shares.iter().map(|share| hex(share)).collect();
        combine(&shares.iter().map(Vec::as_slice).collect::<Vec<_>>()).map(|secret| secret.to_vec())
    }

    #[test]
    fn multiplication_has_the_inverses_and_products_of_the_aes_field() {
        assert_eq!(multiply(0x57, 0x83), 0xC1, "FIPS 197, 4.2");
        assert_eq!(multiply(0x57, 0x13), 0xFE, "FIPS 197, 4.2.1");
        assert_eq!(invert(0x53), 0xCA, "FIPS 197, 4.2");
        for a in 1..=255 {
            assert_eq!(multiply(a, invert(a)), 1, "{a}");
        }
    }

    #[test]
    fn shares_of_the_reference_combine_to_its_secrets() {
        assert_eq!(combined(&["ab1101", "102202"]).unwrap(), hex("c200"));
        assert_eq!(combined(&["ab1101", "102203", "990105"]).unwrap(), hex("decd"));
        let pair = [
            "69abc110b8da1042dc3944b6bf0497a2027be861cf0eb7e744ff16c9b0a0adcd01",
            "4427c1f06de910cf2e57d78a5544cc572fb73e0fa63a59a241e9f4bb0ffbe82602",
        ];
        let key = hex("7226c1b902cb10397bea35a210cd57f1193f53b2e8ebed2d470448e72c606794");
        assert_eq!(combined(&pair).unwrap(), key);
        assert_eq!(combined(&[pair[1], pair[0]]).unwrap(), key, "in any order");
    }

    #[test]
    fn every_choice_of_enough_shares_gives_the_secret_back() {
        let secret = hex("00ff17");
        for (count, threshold) in [(2, 2), (3, 2), (5, 3), (255, 255)] {
            let shares = split(&secret, count, threshold).unwrap();
            assert_eq!(shares.len(), usize::from(count));
            assert!(shares.iter().zip(1..=count).all(|(share, x)| share[3] == x && share.len() == 4));
            for start in 0..=usize::from(count - threshold) {
                let some = &shares[start..start + usize::from(threshold)];
                let some: Vec<_> = some.iter().map(|share| &share[..]).collect();
                assert_eq!(*combine(&some).unwrap(), secret);
            }
            let all: Vec<_> = shares.iter().map(|share| &share[..]).collect();
            assert_eq!(*combine(&all).unwrap(), secret, "more than needed");
        }
    }

    #[test]
    fn fewer_shares_than_the_threshold_say_nothing() {
        // With one share of a 2-of-2 split, each secret is as likely: over many splits of the same
        // secret the share takes (nearly) every value.
        let values: std::collections::BTreeSet<u8> =
            (0..4000).map(|_| split(&[7], 2, 2).unwrap()[0][0]).collect();
        assert_eq!(values.len(), 256);
    }

    #[test]
    fn shares_that_do_not_fit_together_are_refused() {
        assert_eq!(combined(&[]), Err(CombineError::TooFew));
        assert_eq!(combined(&["ab1101"]), Err(CombineError::TooFew));
        assert_eq!(combined(&["01", "02"]), Err(CombineError::TooFew));
        assert_eq!(combined(&["ab1101", "1003"]), Err(CombineError::Lengths));
        assert_eq!(combined(&["ab1101", "102201"]), Err(CombineError::Repeated));
        assert_eq!(combined(&["ab1101", "102200"]), Err(CombineError::Zero));
    }
}

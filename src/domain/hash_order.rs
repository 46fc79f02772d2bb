//! The order in which a Java `HashSet` goes over its strings.
//!
//! The service shows sets in this order, in error messages and (as others report) in scope claims.

/// Sorts by bucket of a set made with room for these values; values that share a bucket keep their order.
pub fn hash_order<T: AsRef<str>>(mut values: Vec<T>) -> Vec<T> {
    let room = values.len() * 4 / 3 + 1;
    let last_bucket = u32::try_from(room.next_power_of_two().max(16) - 1).unwrap_or(u32::MAX);
    values.sort_by_key(|value| spread(value.as_ref()) & last_bucket);
    values
}

/// `String.hashCode()` over UTF-16 units, with its upper half mixed into the lower.
fn spread(text: &str) -> u32 {
    let hash = text.encode_utf16().fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)));
    hash ^ (hash >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_come_in_order_and_keep_theirs() {
        // "a".hashCode() is 97, "b" 98; "Aa" and "BB" share 2112.
        assert_eq!(hash_order(vec!["b", "a", "BB", "Aa"]), ["BB", "Aa", "a", "b"]);
    }

    #[test]
    fn a_recorded_set_comes_out_as_recorded() {
        // awsdocs/aws-cloudformation-user-guide#517
        let values = vec!["code", "implicit", "client_credentials"];
        assert_eq!(hash_order(values), ["implicit", "client_credentials", "code"]);
    }
}

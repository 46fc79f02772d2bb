//! Names of headers, as servers behind a gateway may take them: to many, `X_User`, `X.User` and `X-User` are the same
//! variable.

/// The headers out of which some servers take their path. Proxies tell in the last two which request they were asked.
const OF_THE_TARGET: [&str; 5] =
    ["x-original-url", "x-override-url", "x-rewrite-url", "x-original-uri", "x-forwarded-uri"];

/// Whether some server takes its path out of a header of this name.
pub(super) fn names_a_target(name: &str) -> bool {
    OF_THE_TARGET.iter().any(|other| is_read_as(name, other))
}

/// Whether an upstream could take one name for the other.
pub(super) fn is_read_as(name: &str, own: &str) -> bool {
    let dash = |byte: u8| if byte.is_ascii_alphanumeric() { byte } else { b'-' };
    name.len() == own.len() && name.bytes().map(dash).eq(own.bytes().map(dash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_with_dashes_and_with_underscores() {
        assert!(is_read_as("x_user-id", "x-user-id"));
        assert!(is_read_as("x-user-id", "x-user-id"));
        assert!(!is_read_as("x-user-ids", "x-user-id"));
        assert!(is_read_as("x-user.id", "x-user-id"));
    }
}

//! `MaxResults` and `NextToken`: lists in pages.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::error::AwsError;

/// Which part of a list a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    size: usize,
    after: Option<String>,
}

impl Page {
    /// At most `size` members, after those that led to the token.
    pub fn new(size: u32, next_token: Option<&str>) -> Result<Self, AwsError> {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        Ok(Self { size, after: next_token.map(last_key).transpose()? })
    }

    /// The key after which the page begins.
    pub fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// How many members to read: one more than shown, to know whether there is another page.
    pub fn to_read(&self) -> usize {
        self.size.saturating_add(1)
    }

    /// The members to show, and the token of the next page if there is one.
    pub fn cut<T>(&self, mut read: Vec<T>, key: impl Fn(&T) -> &str) -> (Vec<T>, Option<String>) {
        let more = read.len() > self.size;
        read.truncate(self.size);
        let token = read.last().filter(|_| more).map(|last| URL_SAFE_NO_PAD.encode(key(last)));
        (read, token)
    }
}

fn last_key(token: &str) -> Result<String, AwsError> {
    let key = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    key.filter(|key| !key.is_empty()).ok_or_else(|| AwsError::invalid("Invalid pagination token"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_to_the_member_after_the_last_one_shown() {
        let page = Page::new(2, None).unwrap();
        assert_eq!((page.after(), page.to_read()), (None, 3));
        let (shown, token) = page.cut(vec!["a", "b/é", "c"], |name| name);
        assert_eq!(shown, ["a", "b/é"]);
        let next = Page::new(2, token.as_deref()).unwrap();
        assert_eq!(next.after(), Some("b/é"));
        assert_eq!(next.cut(vec!["c"], |name| name), (vec!["c"], None));
    }

    #[test]
    fn a_full_last_page_has_no_token() {
        assert_eq!(Page::new(2, None).unwrap().cut(vec!["a", "b"], |name| name), (vec!["a", "b"], None));
    }

    #[test]
    fn a_token_of_ones_own_making_is_refused() {
        for token in ["", "%", "a", "_w", "YQ=="] {
            let refused = Page::new(2, Some(token)).unwrap_err();
            assert_eq!(refused, AwsError::invalid("Invalid pagination token"), "{token}");
        }
    }
}

//! `MaxResults` and `NextToken`: lists in pages.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::error::AwsError;

/// Which list a page is of: a token of one leads nowhere in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct List<'a> {
    /// The operation.
    pub operation: &'static str,
    /// What it lists the members of: a pool, or a caller's account and region.
    pub of: &'a str,
}

/// Which part of a list a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What every token of the list begins with.
    list: String,
    size: usize,
    after: Option<String>,
}

impl Page {
    /// At most `size` members, after those that led to the token.
    pub fn new(list: List<'_>, size: u32, next_token: Option<&str>) -> Result<Self, AwsError> {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        // No operation, pool, account or region has a line break in it.
        let list = format!("{}\n{}\n", list.operation, list.of);
        let after = next_token.map(|token| last_key(&list, token)).transpose()?;
        Ok(Self { list, size, after })
    }

    /// The key after which the page begins.
    pub fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// How many members a page shows.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The token of the page after this key.
    pub fn token(&self, key: &str) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}{key}", self.list))
    }

    /// How many members to read: one more than shown, to know whether there is another page.
    pub fn to_read(&self) -> usize {
        self.size.saturating_add(1)
    }

    /// The members to show, and the token of the next page if there is one.
    pub fn cut<T>(&self, mut read: Vec<T>, key: impl Fn(&T) -> &str) -> (Vec<T>, Option<String>) {
        let more = read.len() > self.size;
        read.truncate(self.size);
        let token = read.last().filter(|_| more).map(|last| self.token(key(last)));
        (read, token)
    }
}

/// The size of a page where 0, like nothing, stands for the largest.
pub fn fullest_unless(limit: u32) -> u32 {
    if limit == 0 { 60 } else { limit }
}

fn last_key(list: &str, token: &str) -> Result<String, AwsError> {
    let text = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let key = text.as_deref().and_then(|text| text.strip_prefix(list)).filter(|key| !key.is_empty());
    key.map(str::to_owned).ok_or_else(|| AwsError::invalid("Invalid pagination token"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: List<'_> = List { operation: "ListResourceServers", of: "us-east-1_AAAAAAAAA" };

    #[test]
    fn a_token_leads_to_the_member_after_the_last_one_shown() {
        let page = Page::new(LIST, 2, None).unwrap();
        assert_eq!((page.after(), page.to_read()), (None, 3));
        let (shown, token) = page.cut(vec!["a", "b/é", "c"], |name| name);
        assert_eq!(shown, ["a", "b/é"]);
        let next = Page::new(LIST, 2, token.as_deref()).unwrap();
        assert_eq!(next.after(), Some("b/é"));
        assert_eq!(next.cut(vec!["c"], |name| name), (vec!["c"], None));
    }

    #[test]
    fn a_full_last_page_has_no_token() {
        assert_eq!(Page::new(LIST, 2, None).unwrap().cut(vec!["a", "b"], |name| name), (vec!["a", "b"], None));
    }

    #[test]
    fn a_token_of_ones_own_making_is_refused() {
        let keyless = URL_SAFE_NO_PAD.encode("ListResourceServers\nus-east-1_AAAAAAAAA\n");
        for token in ["", "%", "a", "_w", "YQ==", "YWJj", &keyless] {
            let refused = Page::new(LIST, 2, Some(token)).unwrap_err();
            assert_eq!(refused, AwsError::invalid("Invalid pagination token"), "{token}");
        }
    }

    #[test]
    fn a_token_of_another_list_is_refused() {
        let (_, token) = Page::new(LIST, 1, None).unwrap().cut(vec!["a", "b"], |name| name);
        let other_operation = List { operation: "ListUserPoolClients", ..LIST };
        let other_pool = List { of: "us-east-1_BBBBBBBBB", ..LIST };
        for list in [other_operation, other_pool] {
            let refused = Page::new(list, 1, token.as_deref()).unwrap_err();
            assert_eq!(refused, AwsError::invalid("Invalid pagination token"), "{list:?}");
        }
    }
}

//! Where a browser may be sent back to: only to a URL that the client registered, byte for byte.
//!
//! Whatever this refuses is answered on a page of our own: a URL that nobody registered never gets to see a browser.

use crate::domain::client::ClientSettings;
use crate::domain::trace::{Cut, Evidence, Refused, Trace};

use super::issue_rule::IssueRule;
use super::sign_in_rule::SignInRule;

const REDIRECT_URI: &str = "redirect_uri";

/// The callback of an authorize request: the one it names if that is registered, else the default or only one.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html>
pub fn callback<'a>(
    presented: Option<&str>,
    client: &'a ClientSettings,
    trace: &mut Trace<IssueRule>,
) -> Result<&'a str, Refused<IssueRule>> {
    let registered = client.callback_urls.as_deref().unwrap_or_default();
    let Some(presented) = presented else {
        let only = || if let [only] = registered { Some(only.as_str()) } else { None };
        let default = client.default_redirect_uri.as_deref().filter(|uri| registered.iter().any(|url| url == uri));
        let usual = default.or_else(only);
        trace.require(SignInRule::RedirectGiven, usual.is_some(), Evidence::Remark(REDIRECT_URI))?;
        return Ok(usual.unwrap_or_default());
    };
    registered_as(presented, registered, REDIRECT_URI, trace)
}

/// The URL of this list that is, byte for byte, the one presented.
pub fn registered_as<'a>(
    presented: &str,
    registered: &'a [String],
    parameter: &'static str,
    trace: &mut Trace<IssueRule>,
) -> Result<&'a str, Refused<IssueRule>> {
    let found = registered.iter().find(|url| *url == presented);
    let evidence = match found {
        Some(url) => Evidence::Presented { parameter, value: Cut::new(url) },
        None => difference(presented, registered, parameter),
    };
    trace.require(SignInRule::RedirectRegistered, found.is_some(), evidence)?;
    Ok(found.map(String::as_str).unwrap_or_default())
}

/// The most similar registered URL, and how far it goes along with the one presented.
fn difference(presented: &str, registered: &[String], parameter: &'static str) -> Evidence {
    let without_slash = |url: &str| url.trim_end_matches('/').len();
    let but_for_a_slash = |url: &str| common(presented, url) >= without_slash(presented).max(without_slash(url));
    let Some(expected) = registered.iter().min_by_key(|url| (!but_for_a_slash(url), apart(presented, url))) else {
        return Evidence::Presented { parameter, value: Cut::new(presented) };
    };
    Evidence::Differs {
        parameter,
        presented: Cut::new(presented),
        expected: Cut::new(expected),
        common: common(presented, expected),
    }
}

fn common(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count()
}

/// How many characters of both lie between what they have in common at the beginning and at the end.
fn apart(one: &str, other: &str) -> usize {
    let start = common(one, other);
    let rest = |text: &str| text.chars().skip(start).collect::<Vec<_>>();
    let (one, other) = (rest(one), rest(other));
    let end = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    one.len() + other.len() - 2 * end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(urls: &[&str], default: Option<&str>) -> ClientSettings {
        ClientSettings {
            callback_urls: Some(urls.iter().map(|url| (*url).to_owned()).collect()),
            default_redirect_uri: default.map(str::to_owned),
            ..ClientSettings::default()
        }
    }

    #[test]
    fn only_the_same_bytes_are_a_registered_callback() {
        let client = client(&["https://app.example.com/cb"], None);
        let mut trace = Trace::new();
        assert_eq!(
            callback(Some("https://app.example.com/cb"), &client, &mut trace).unwrap(),
            "https://app.example.com/cb"
        );
        for other in [
            "",
            "https://app.example.com/cb/",
            "https://app.example.com/CB",
            "HTTPS://app.example.com/cb",
            "https://APP.example.com/cb",
            "https://app.example.com./cb",
            "https://app.example.com:443/cb",
            "https://app.example.com/cb?",
            "https://app.example.com/cb#",
            "https://app.example.com/cb ",
            "https://app.example.com%2Fcb",
            "https://app.example.com/./cb",
            "https://app.example.com@evil.example/cb",
            "https://evil.example/cb",
            "//app.example.com/cb",
            "\\\\app.example.com\\cb",
            "javascript:alert(1)",
        ] {
            let refused = callback(Some(other), &client, &mut Trace::new()).unwrap_err();
            assert_eq!(refused.rule(), SignInRule::RedirectRegistered.into(), "{other}");
        }
    }

    #[test]
    fn a_request_without_callback_gets_the_default_or_the_only_one() {
        let asked = |client: &ClientSettings| {
            callback(None, client, &mut Trace::new()).map(str::to_owned).map_err(|refused| refused.rule())
        };
        assert_eq!(asked(&client(&["https://a.example"], None)), Ok("https://a.example".to_owned()));
        let two = ["https://a.example", "https://b.example"];
        assert_eq!(asked(&client(&two, Some("https://b.example"))), Ok("https://b.example".to_owned()));
        let given = IssueRule::from(SignInRule::RedirectGiven);
        assert_eq!(asked(&client(&two, None)), Err(given));
        assert_eq!(asked(&client(&[], None)), Err(given));
        assert_eq!(asked(&ClientSettings::default()), Err(given));
    }

    #[test]
    fn a_mismatch_names_the_most_similar_url_and_where_it_parts() {
        for (registered, presented, similar, common) in [
            (["http://localhost:3000/cb", "http://localhost:3001/callback"], "http://localhost:3000/callback", 1, 20),
            (["https://other.example/", "https://app.example/cb"], "https://app.example/callback", 1, 21),
            // A slash too many or too few is told as that, whatever else begins like it.
            (["http://localhost:3000", "http://localhost:3000/app"], "http://localhost:3000/", 0, 21),
            (["https://app.example/cb", "https://app.example/cb2"], "https://app.example/cb/", 0, 22),
            (["https://app.example/cb2", "https://app.example/cb/"], "https://app.example/cb", 1, 22),
        ] {
            let mut trace = Trace::new();
            callback(Some(presented), &client(&registered, None), &mut trace).unwrap_err();
            let expected = Evidence::Differs {
                parameter: "redirect_uri",
                presented: Cut::new(presented),
                expected: Cut::new(registered[similar]),
                common,
            };
            assert_eq!(trace.steps().last().unwrap().evidence, expected);
        }
    }
}

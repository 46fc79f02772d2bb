//! Where browsers may be sent: callback and sign-out URLs as a client may register them.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::domain::client::ClientSettings;

use super::SettingsError;

/// Holds every registered URL against the rules.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html>
pub(super) fn settings(settings: &ClientSettings) -> Result<(), SettingsError> {
    let lists = [&settings.callback_urls, &settings.logout_urls];
    lists.into_iter().flatten().flatten().try_for_each(|url| registrable(url))?;
    match &settings.default_redirect_uri {
        Some(default) if !settings.callback_urls.iter().flatten().any(|url| url == default) => {
            Err(SettingsError::DefaultRedirect(default.clone()))
        }
        _ => Ok(()),
    }
}

/// Absolute, without a fragment, and over plain HTTP only to this machine. Any other scheme may belong to an app.
fn registrable(url: &str) -> Result<(), SettingsError> {
    let scheme = scheme(url).ok_or_else(|| SettingsError::NotAbsolute(url.to_owned()))?;
    if url.contains('#') {
        return Err(SettingsError::Fragment(url.to_owned()));
    }
    let plain = scheme.eq_ignore_ascii_case("http");
    if !plain && !scheme.eq_ignore_ascii_case("https") {
        return Ok(());
    }
    // Read as browsers read it, or `http://localhost@example.com` would pass for this machine.
    let parsed = Url::parse(url).map_err(|_| SettingsError::NotAbsolute(url.to_owned()))?;
    let here = match parsed.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address == Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address == Ipv6Addr::LOCALHOST,
        None => false,
    };
    if plain && !here { Err(SettingsError::PlainHttp(url.to_owned())) } else { Ok(()) }
}

/// `scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )` (RFC 3986, section 3.1), followed by a colon and something.
fn scheme(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once(':')?;
    let mut letters = scheme.bytes();
    let first = letters.next()?.is_ascii_alphabetic();
    let others = letters.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    (first && others && !rest.is_empty()).then_some(scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_this_machine_and_app_schemes_may_be_registered() {
        let allowed = [
            "https://example.com",
            "https://example.com:8443/cb?x=1",
            "http://localhost",
            "http://LOCALHOST:3000/cb",
            "http://127.0.0.1:8080/cb",
            "http://[::1]:8080/cb",
            "myapp://example",
            "com.example.app:/cb",
        ];
        for url in allowed {
            assert_eq!(registrable(url), Ok(()), "{url}");
        }
    }

    #[test]
    fn plain_http_to_another_machine_is_refused() {
        let refused = [
            "http://example.com",
            "HTTP://example.com",
            "http://localhost.example.com/",
            "http://localhost@example.com/",
            "http://127.0.0.2/",
        ];
        for url in refused {
            assert_eq!(registrable(url), Err(SettingsError::PlainHttp(url.into())), "{url}");
        }
    }

    #[test]
    fn a_fragment_is_refused() {
        for url in ["https://example.com/#x", "https://example.com/#", "myapp://example#x"] {
            assert_eq!(registrable(url), Err(SettingsError::Fragment(url.into())), "{url}");
        }
    }

    #[test]
    fn what_is_not_absolute_is_refused() {
        for url in ["example.com/cb", "/cb", "//example.com", "https:", ":x", "1a:b", "https://", "http://[::1"] {
            assert_eq!(registrable(url), Err(SettingsError::NotAbsolute(url.into())), "{url}");
        }
    }

    #[test]
    fn the_default_must_be_listed_exactly() {
        let with = |callbacks: &[&str], default: &str| ClientSettings {
            callback_urls: Some(callbacks.iter().map(|url| (*url).to_owned()).collect()),
            default_redirect_uri: Some(default.into()),
            ..ClientSettings::default()
        };
        assert_eq!(settings(&with(&["https://a.example/x", "https://a.example"], "https://a.example")), Ok(()));
        for callbacks in [&["https://a.example/"] as &[&str], &[]] {
            assert_eq!(
                settings(&with(callbacks, "https://a.example")),
                Err(SettingsError::DefaultRedirect("https://a.example".into()))
            );
        }
    }
}

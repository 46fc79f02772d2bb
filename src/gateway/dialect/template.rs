//! The templates of gateway responses: a text in which variables are replaced. There is no more to them.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html>

use serde_json::json;

use crate::domain::gateway::responses::ResponseType;

use super::{About, short};

/// What the variables stand for.
pub(super) struct Variables<'a> {
    /// The message of the usual answer.
    pub(super) message: Option<&'static str>,
    /// The type of the response.
    pub(super) kind: ResponseType,
    /// The path of the route, as it is declared.
    pub(super) resource: Option<&'a str>,
    /// What was asked.
    pub(super) about: &'a About<'a>,
}

impl Variables<'_> {
    /// The text with every variable replaced that is known here; all others stay as they stand.
    pub(super) fn fill(&self, template: &str) -> String {
        let mut text = String::with_capacity(template.len() + 32);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("$context.") {
            text.push_str(before);
            let end = after.find(|one: char| !one.is_ascii_alphanumeric() && one != '.').unwrap_or(after.len());
            let (name, behind) = after.split_at_checked(end).unwrap_or((after, ""));
            // A full stop at the end is a full stop.
            let name = name.trim_end_matches('.');
            match self.value(name) {
                Some(value) => text.push_str(&value),
                None => text.extend(["$context.", name]),
            }
            rest = after.strip_prefix(name).unwrap_or(behind);
        }
        text.push_str(rest);
        text
    }

    fn value(&self, name: &str) -> Option<String> {
        let about = self.about;
        match name {
            // With quotes, unless there is none.
            "error.messageString" => Some(json!(self.message).to_string()),
            "error.message" => Some(inside(self.message.unwrap_or_default())),
            "error.responseType" => Some(self.kind.name().to_owned()),
            "requestId" => Some(about.id.to_owned()),
            "extendedRequestId" => Some(short(about.id.as_bytes())),
            "httpMethod" => Some(inside(about.method)),
            // COGNITO: with the base path and the stage, as in the event of a function.
            "path" => Some(inside(about.path)),
            "resourcePath" => self.resource.map(inside),
            "stage" => about.stage.map(inside),
            _ => None,
        }
    }
}

/// The text as it stands between the quotes of a JSON string: nothing of a request gets out of it.
fn inside(text: &str) -> String {
    let quoted = json!(text).to_string();
    quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_variables_are_replaced_and_nothing_else_is() {
        let about =
            About { gateway: "g", id: "7", method: "GET", path: "/x/prod/a\"b", stage: Some("prod"), metadata: None };
        let message = Some("Unauthorized");
        let variables = Variables { message, kind: ResponseType::Unauthorized, resource: Some("/{x}"), about: &about };
        for (template, expected) in [
            ("", ""),
            ("plain $5", "plain $5"),
            ("{\"m\":$context.error.messageString}", "{\"m\":\"Unauthorized\"}"),
            ("$context.error.message. End", "Unauthorized. End"),
            ("$context.error.responseType/$context.requestId", "UNAUTHORIZED/7"),
            ("$context.path $context.resourcePath $context.stage", "/x/prod/a\\\"b /{x} prod"),
            ("$context.unknown.thing $context.", "$context.unknown.thing $context."),
        ] {
            assert_eq!(variables.fill(template), expected);
        }
        let nothing = Variables { message: None, ..variables };
        assert_eq!(nothing.fill("$context.error.messageString"), "null");
    }
}

//! A decision for the terminal: the verdict first, then its cause, then the steps.

use std::fmt::Write as _;

use serde_json::Value;

use super::json::{Explanation, Passed, Shown, Told};

/// The whole explanation, ending in a line break.
pub fn render(explanation: &Explanation) -> String {
    let mut text = verdict(&explanation.answer);
    text.push_str("\n\n");
    text.push_str(&printable(&explanation.cause));
    text.push_str("\n\n");
    if let Some(change) = &explanation.change {
        line(&mut text, &format!("To be let in: {}", printable(change)));
        text.push('\n');
    }
    facts(&mut text, explanation);
    text.push('\n');
    for step in &explanation.steps {
        line(&mut text, &format!("  {} {:<30} {}", mark(step), step.rule, printable(&evidence(step))));
        if step.outcome == "refused" {
            line(&mut text, &format!("  {:>35} {}", "rule:", step.demands));
            line(&mut text, &format!("  {:>35} {}", "see:", step.documented));
        }
    }
    text
}

fn facts(text: &mut String, explanation: &Explanation) {
    let described = |name: &String| {
        let dialect = explanation.dialect.map(|dialect| format!(": {dialect}")).unwrap_or_default();
        let mode = explanation.mode.as_ref().map(|mode| format!(", {mode}")).unwrap_or_default();
        format!("{name}{dialect}{mode}")
    };
    let (challenge, body) = match &explanation.answer {
        Told::Passed(passed) => (passed.www_authenticate.clone(), passed.body.clone()),
        Told::Granted { .. } | Told::Challenged { .. } | Told::Refused { .. } => (None, None),
    };
    let observed = matches!(&explanation.answer, Told::Passed(passed) if passed.would.is_some());
    let facts = [
        (if observed { "would be" } else { "answer" }, &body),
        ("", &challenge.map(|challenge| format!("WWW-Authenticate: {challenge}"))),
        ("gateway", &explanation.gateway.as_ref().map(described)),
        ("asked", &explanation.request),
        ("route", &explanation.route),
        ("client", &explanation.client_id),
        ("pool", &explanation.pool),
        ("user", &explanation.user),
        ("grant", &explanation.grant_type),
        ("request", &explanation.id),
        ("time", &Some(explanation.time.clone())),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            line(text, &format!("  {name:<8} {}", printable(value)));
        }
    }
}

/// One line about a decision, for lists.
pub fn summary(explanation: &Explanation) -> String {
    let id = explanation.id.as_deref().unwrap_or("-");
    let client = explanation.client_id.as_deref().unwrap_or("-");
    let asked = match (&explanation.gateway, &explanation.request) {
        (Some(gateway), Some(request)) => format!("{gateway}  {request}  "),
        _ => String::new(),
    };
    printable(&format!("{}  {id}  {client}  {asked}{}", explanation.time, verdict(&explanation.answer)))
}

fn verdict(answer: &Told) -> String {
    match answer {
        Told::Granted { scopes, expires_in, .. } if scopes.is_empty() => {
            format!("GRANTED  a token without scopes, for {expires_in} s")
        }
        Told::Granted { scopes, expires_in, .. } => {
            printable(&format!("GRANTED  {}  for {expires_in} s", scopes.join(" ")))
        }
        Told::Challenged { challenge, .. } => printable(&format!("ASKED    {challenge}")),
        Told::Passed(passed) => printable(&passed_as(passed)),
        Told::Refused { status, error, description } => {
            let description = description.as_ref().map(|text| format!(" ({text})")).unwrap_or_default();
            format!("REFUSED  {status} {}{description}", error.as_deref().unwrap_or("without a body"))
        }
    }
}

/// What a gateway made of a request, in a line.
pub(super) fn passed_as(passed: &Passed) -> String {
    let status = passed.status.map(|status| format!("  {status}")).unwrap_or_default();
    let would = match (passed.would, passed.status) {
        (Some(would), Some(_)) => format!(", would be {would}"),
        (Some(would), None) => format!("  would be {would}"),
        (None, _) => String::new(),
    };
    let rule = passed.rule.as_ref().map(|rule| format!("  {rule}")).unwrap_or_default();
    let line = format!("{:<7}{status}{would}{rule}", passed.verdict.to_uppercase());
    line.trim_end().to_owned()
}

fn line(text: &mut String, content: &str) {
    writeln!(text, "{}", content.trim_end()).expect("invariant: writing to a string cannot fail");
}

fn mark(step: &Shown) -> &'static str {
    match step.outcome.as_str() {
        "held" => "  ok  ",
        "refused" => "  NO  ",
        _ => " note ",
    }
}

/// The evidence of a step on one line.
pub fn evidence(step: &Shown) -> String {
    let text = |name: &str| step.evidence.get(name).and_then(Value::as_str);
    if let Some(remark) = text("remark") {
        return remark.to_owned();
    }
    if let (Some(scope), Some(standing)) = (text("scope"), text("standing")) {
        return format!("{scope}  ({})", standing.replace('_', " "));
    }
    if let (Some(profile), Some(answer)) = (text("profile"), text("answer")) {
        return format!("the profile `{profile}` would answer: {answer}");
    }
    if let (Some(parameter), Some(value)) = (text("parameter"), text("value")) {
        return format!("{parameter}={value}");
    }
    if let (Some(parameter), Some(presented), Some(expected)) = (text("parameter"), text("presented"), text("expected"))
    {
        let instead = if presented == expected { String::new() } else { format!("  expected {expected}") };
        return format!("{parameter}={presented}{instead}");
    }
    if let (Some(of), Some(names)) = (text("of"), step.evidence.get("names").and_then(Value::as_array)) {
        return listed(of, names, step.evidence.get("total").and_then(Value::as_u64));
    }
    let number = |name: &str| step.evidence.get(name).and_then(Value::as_i64);
    if let (Some(claim), Some(at), Some(now)) = (text("claim"), number("at"), number("now")) {
        let (apart, when) = (at.saturating_sub(now).saturating_abs(), if at > now { "from now" } else { "ago" });
        return format!("{claim}={at}  {apart} s {when}");
    }
    if step.evidence.is_empty() {
        return step.demands.clone();
    }
    let members = step.evidence.iter().map(|(name, value)| match value.as_str() {
        Some(text) => format!("{name} {text}"),
        None => format!("{name} {value}"),
    });
    members.collect::<Vec<_>>().join("  ")
}

/// `scopes after: a b`, and how many there are more.
fn listed(of: &str, names: &[Value], total: Option<u64>) -> String {
    let left_out = total.unwrap_or_default().saturating_sub(u64::try_from(names.len()).unwrap_or(u64::MAX));
    let more = if left_out == 0 { String::new() } else { format!(" and {left_out} more") };
    let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
    let names = if names.is_empty() { "none".to_owned() } else { names.join(" ") };
    format!("{of}: {names}{more}")
}

/// What came from a request must not steer the terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|character| {
            let shown: Vec<char> =
                if character.is_control() { character.escape_default().collect() } else { vec![character] };
            shown
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(members: &Value) -> String {
        let step = Shown {
            rule: "rule".to_owned(),
            outcome: "held".to_owned(),
            demands: "what it demands".to_owned(),
            evidence: members.as_object().expect("an object").clone(),
            documented: String::new(),
        };
        evidence(&step)
    }

    #[test]
    fn evidence_reads_as_a_line() {
        let differs = |presented: &str| {
            shown(
                &json!({"parameter": "redirect_uri", "presented": presented, "expected": "a", "common_characters": 1}),
            )
        };
        let names =
            |names: &[&str], total: usize| shown(&json!({"of": "scopes after", "names": names, "total": total}));
        assert_eq!(differs("a/"), "redirect_uri=a/  expected a");
        assert_eq!(differs("a"), "redirect_uri=a");
        assert_eq!(names(&["b", "c"], 2), "scopes after: b c");
        assert_eq!(names(&["b", "c"], 5), "scopes after: b c and 3 more");
        assert_eq!(names(&[], 0), "scopes after: none");
        let moment = |at: i64| shown(&json!({"claim": "exp", "at": at, "now": 100}));
        assert_eq!((moment(160), moment(90)), ("exp=160  60 s from now".to_owned(), "exp=90  10 s ago".to_owned()));
        assert_eq!(shown(&json!({})), "what it demands");
        assert_eq!(shown(&json!({"pool": "p", "total": 2})), "pool p  total 2");
    }
}

//! `/mfa`: a second factor; its code, the choice among several, or the set-up of an app.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use qrcode::QrCode;
use qrcode::render::svg;

use crate::oauth::OAuth;
use crate::oauth::authorize::encoded;
use crate::sign_in::{Holder, Next, SignInFailure};
use crate::tokens::ClientView;

use super::frame::{Field, FormPage, SetUp};
use super::prove::{self, MFA_SETUP};
use super::step::Step;
use super::visit::{Said, Visit};

const SELECT_MFA_TYPE: &str = "SELECT_MFA_TYPE";

/// Handles `GET /mfa`.
pub(in crate::oauth) async fn show(oauth: Data<OAuth>, request: HttpRequest) -> HttpResponse {
    let visit = match Visit::get(&oauth, &request).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    match step(&request, &visit.admitted.view) {
        Some(step) => page(&oauth, &request, &visit, (&step, Said::NOTHING)),
        None => prove::begin_again(&oauth, &request, visit),
    }
}

/// Handles `POST /mfa`.
pub(in crate::oauth) async fn take(oauth: Data<OAuth>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let mut visit = match Visit::post(&oauth, &request, payload).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let Some(mut step) = step(&request, &visit.admitted.view) else {
        return prove::begin_again(&oauth, &request, visit);
    };
    let needed = if step.challenge == SELECT_MFA_TYPE { &[][..] } else { &["authentication_code"] };
    if let Some(said) = visit.problem(needed) {
        return page(&oauth, &request, &visit, (&step, said));
    }
    match answer(&oauth, &mut visit, &mut step).await {
        Ok(next) => prove::go_on(&oauth, &request, visit, next).await,
        Err(failure) => match prove::not_taken(&oauth, &request, visit, failure) {
            Ok((visit, said)) => page(&oauth, &request, &visit, (&step, said)),
            Err(response) => *response,
        },
    }
}

fn step(request: &HttpRequest, view: &ClientView) -> Option<Step> {
    let known = ["SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_OTP", SELECT_MFA_TYPE, MFA_SETUP];
    Step::read(request, view).filter(|step| known.contains(&step.challenge.as_str()))
}

async fn answer(oauth: &OAuth, visit: &mut Visit, step: &mut Step) -> Result<Next, SignInFailure> {
    let code: String = visit.field("authentication_code").split_whitespace().collect();
    match step.challenge.as_str() {
        SELECT_MFA_TYPE => {
            let chosen = visit.field("factor").to_owned();
            prove::answer(oauth, visit, step, [("ANSWER", chosen)]).await
        }
        MFA_SETUP => {
            let holder = Holder::PageSession(&step.session);
            let verified = oauth.sign_ins.verify(holder, (&code, None), &mut visit.decision.trace).await?;
            step.session = verified.session.unwrap_or_default();
            prove::answer(oauth, visit, step, []).await
        }
        challenge => {
            let name = format!("{challenge}_CODE");
            prove::answer(oauth, visit, step, [(name.as_str(), code)]).await
        }
    }
}

fn page(oauth: &OAuth, request: &HttpRequest, visit: &Visit, (step, said): (&Step, Said)) -> HttpResponse {
    let mut page = FormPage {
        heading: "One more step",
        name: "cognitoMfaForm",
        path: "/mfa",
        fields: vec![Field::code("authentication_code", "Code")],
        button: ("signInButton", "Sign in"),
        links: vec![("/login", "Back to sign in")],
        ..FormPage::default()
    };
    match step.challenge.as_str() {
        SELECT_MFA_TYPE => {
            "How do you want to prove that it is you?".clone_into(&mut page.lead);
            page.fields = vec![choices(step)];
            page.button = ("chooseButton", "Go on");
        }
        MFA_SETUP => {
            page.heading = "Set up an authenticator app";
            "Scan this with an authenticator app, then enter the code that it shows.".clone_into(&mut page.lead);
            page.set_up = set_up(&visit.admitted.view, step);
        }
        "SOFTWARE_TOKEN_MFA" => "Enter the code that your authenticator app shows.".clone_into(&mut page.lead),
        _ if step.destination.is_empty() => "Enter the code that you were sent.".clone_into(&mut page.lead),
        _ => {
            page.lead = format!("Enter the code that we have sent to {}.", step.destination);
            page.outbox = true;
        }
    }
    visit.form_page(oauth, request, said, page)
}

fn choices(step: &Step) -> Field {
    let listed = step.parameters.get("MFAS_CAN_CHOOSE");
    let names: Vec<String> = listed.and_then(|list| serde_json::from_str(list).ok()).unwrap_or_default();
    let known = [
        ("SOFTWARE_TOKEN_MFA", "A code from my authenticator app"),
        ("SMS_MFA", "A code by SMS"),
        ("EMAIL_OTP", "A code by email"),
    ];
    let offered = known.into_iter().filter(|(name, _)| names.iter().any(|listed| listed == name));
    Field {
        name: "factor".to_owned(),
        label: "Second factor".to_owned(),
        choices: offered.map(|(name, label)| (name, label.to_owned())).collect(),
        focus: true,
        ..Field::default()
    }
}

/// The secret as text and as a picture of the address that authenticator apps read.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html>
fn set_up(view: &ClientView, step: &Step) -> Option<SetUp> {
    // The cookie is the browser's: what is not base32 is none of our secrets, and nothing else may get into a picture.
    let is_secret = step.secret.bytes().all(|byte| byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte));
    if step.secret.is_empty() || !is_secret {
        return None;
    }
    let (issuer, account) = (percent(&view.owner.name), percent(&step.username));
    let address = format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", step.secret);
    let code = QrCode::new(address).ok()?;
    let picture = code.render::<svg::Color<'_>>().min_dimensions(184, 184).build();
    let begins = picture.find("<svg")?;
    let picture = picture.get(begins..)?.replacen("<svg", r#"<svg role="img" aria-label="QR code""#, 1);
    Some(SetUp { picture, secret: step.secret.clone() })
}

/// As URLs encode it; apps take a `+` for itself.
fn percent(text: &str) -> String {
    encoded(text).replace('+', "%20")
}

//! Files in which APIs are declared for AWS, and what is read out of them.

#[cfg(test)]
mod conditions;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod notes;
#[cfg(test)]
mod owners;
#[cfg(test)]
mod registered;
#[cfg(test)]
mod ties;

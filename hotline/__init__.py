"""The service: intake, dispatch and safety around the pure decisions of `triage`."""

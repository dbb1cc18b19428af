/** The confirming dialog for pages that load it when it is first needed. */
export { ConfirmDialog as default } from "../../components/forms/ConfirmDialog";

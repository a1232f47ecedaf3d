/** The value of the label `source` of what an OMS sends. */
const OURS = 'faultline';
/** The label with the key of the alarm that is sent. */
export const ALARM_KEY_LABEL = 'alarm_key';

type Labels = Readonly<Record<string, string>>;

/** The labels of something that the OMS tells, by which it is known again when Alertmanager brings it back. */
export const signed = (labels: Labels): Record<string, string> => ({ ...labels, source: OURS });

/** Whether an OMS sent the alert, so that it is no alarm of Alertmanager's. */
export const isOurs = ({ labels }: { labels: Labels }): boolean => labels['source'] === OURS;

import type { AnnotationQuery, AnnotationSupport } from '@grafana/data';
import { AnnotationQueryEditor } from './components/AnnotationQueryEditor.tsx';
import { upToDate } from './migrations.ts';
import type { FaultlineQuery } from './types.ts';

/** Operations, alarms and verdicts as annotations of any chart: Grafana reads the frames by itself. */
export const annotationSupport: AnnotationSupport<FaultlineQuery> = {
  getDefaultQuery: () => ({ type: 'operations' }),
  prepareQuery: (annotation: AnnotationQuery<FaultlineQuery>) =>
    annotation.target === undefined ? undefined : asAnnotations(annotation.target),
  QueryEditor: AnnotationQueryEditor,
};

/** The query that an annotation asks. What cannot be brought up to date is asked as it is: its error says why. */
function asAnnotations(saved: FaultlineQuery): FaultlineQuery {
  try {
    return { ...upToDate(saved), format: 'annotations' };
  } catch {
    return saved;
  }
}

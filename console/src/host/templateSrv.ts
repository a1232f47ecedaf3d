import type { ScopedVars } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';
import { sceneGraph, type VariableCustomFormatterFn, type SceneObject } from '@grafana/scenes';

/** Replaces template variables with those of the scene on the page: scenes knows their formats and scopes. */
export class SceneTemplateSrv implements TemplateSrv {
  private scene: SceneObject | undefined;

  /** The scene whose variables count from now on. */
  use(scene: SceneObject): void {
    this.scene = scene;
  }

  getVariables(): [] {
    return [];
  }

  replace(target?: string, scopedVars?: ScopedVars, format?: string | VariableCustomFormatterFn): string {
    if (target === undefined || this.scene === undefined) {
      return target ?? '';
    }
    return sceneGraph.interpolate(this.scene, target, scopedVars, format);
  }

  containsTemplate(target?: string): boolean {
    return /\$\w|\$\{|\[\[/.test(target ?? '');
  }

  updateTimeRange(): void {
    // The scene's own time range is what `$__from` and `$__to` are read from.
  }
}

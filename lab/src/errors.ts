/** What can go wrong in the lab, by code. Tests and callers look at the code; the message is for the person who reads it. */
export type LabErrorCode =
  /** The machine cannot carry a lab: not Linux on amd64, not root, or a folder whose path is too long for a socket. */
  | 'machine-unsuited'
  /** Debian packages are not installed; the message ends with the apt-get line that installs them. */
  | 'packages-missing'
  /** apt knows no kernel to download, or the unpacked packages lack a file the guest is made of. */
  | 'image-build-failed'
  /** The folder holds files that are not a lab's. Nothing was touched. */
  | 'folder-not-ours'
  /** Another process brings this lab up or down right now. */
  | 'folder-busy'
  /** No lab is recorded in the folder. */
  | 'lab-not-found'
  /** The state file exists and cannot be understood. `down` still works. */
  | 'state-damaged'
  | 'host-unknown'
  | 'guest-unknown'
  /** libvirt or the lab cannot use this guest or host name. */
  | 'name-unusable'
  /** A guest or host setting is out of its range. */
  | 'setting-unusable'
  /** `up` was asked for a guest that exists with other settings. */
  | 'guest-differs'
  /** The guest has no QEMU process, and what was asked needs one. */
  | 'guest-not-running'
  /** The host's namespaces hold no process any more, so there is nothing to start libvirtd in: run `up`. */
  | 'host-not-booted'
  /** The guest agent answered with an error of its own. */
  | 'agent-error'
  /** What was waited for did not happen in time. */
  | 'deadline'
  /** A program ended with an error: see {@link CommandError}. */
  | 'command-failed'
  /** Processes of the lab outlived SIGKILL (stuck in the kernel); the message names them. */
  | 'processes-left'
  /** The command line cannot be understood. */
  | 'usage';

/** Every error the lab throws on purpose. */
export class LabError extends Error {
  override readonly name: string = 'LabError';
  readonly code: LabErrorCode;

  constructor(code: LabErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A program was started and ended with an error, or was ended at its deadline (then `exitCode` is null). */
export class CommandError extends LabError {
  override readonly name = 'CommandError';
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(commandLine: string, exitCode: number | null, stderr: string) {
    const how = exitCode === null ? 'did not end in time' : `ended with ${exitCode}`;
    super('command-failed', `${commandLine} ${how}: ${stderr.trim() || 'no message'}`);
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

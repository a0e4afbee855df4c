/**
 * What the option table in `settings.ts` is made of.
 *
 * One entry describes one option wherever it may stand: `--max-guests` on the command line,
 * `CAPTUREVIDEO_MAX_GUESTS` in the environment, `"maxGuests"` in capturevideo.json. The entry's
 * kind gives its TypeScript type, its check and its line in `--help`.
 *
 * @module
 */

/** The programs that read the table. */
export const PROGRAMS = ["host", "guest", "demo", "doctor", "service"] as const;

/** One of the programs; `demo` is camera_demo, `service` takes the options of the host as well. */
export type Program = typeof PROGRAMS[number];

/** The headings of `--help`, in the order in which they are printed. */
export const GROUPS = [
  "Camera",
  "Picture",
  "Compression",
  "Network",
  "Privacy",
  "Web",
  "NATS",
  "Window",
  "Output",
  "Service",
  "Information",
] as const;

/** A day: the most that an option in seconds accepts, far below what a timer can count. */
export const DAY_SECONDS = 86_400;

/** One heading of `--help`. */
export type Group = typeof GROUPS[number];

/** What a text must look like, and how to say so. */
export interface TextForm {
  /** Matches exactly the allowed texts. */
  readonly pattern: RegExp;
  /** Completes "must be …", for example `name=number`. */
  readonly says: string;
  /** Completes "must …" where it is known what a text lacks; such a text is refused too. */
  readonly hint?: (text: string) => string | undefined;
}

/** What a program may want different from the rest. */
export interface OptionOverride {
  readonly help?: string;
  readonly min?: number;
  /** That there is none, where the others have one. */
  readonly default?: undefined;
  readonly defaultText?: string;
  readonly form?: TextForm;
  readonly needs?: string;
  readonly replaces?: readonly string[];
}

interface OptionBase {
  /**
   * One sentence without a period, with backticks for the README around what is typed; the range
   * and the default are added from this table.
   */
  readonly help: string;
  readonly group: Group;
  readonly programs: readonly Program[];
  /** The default in words, where the value itself would not say it. */
  readonly defaultText?: string;
  /** Makes sense for one call only: neither in the environment nor in capturevideo.json. */
  readonly commandLineOnly?: true;
  /** Is nobody else's business: the command line and capturevideo.json can be read by others. */
  readonly environmentOnly?: true;
  /**
   * The option without which it does nothing: on the command line that is a mistake. Environment and
   * capturevideo.json serve several programs.
   */
  readonly needs?: string;
  /** Options that say the same in another way: what weaker places give for them is not meant then. */
  readonly replaces?: readonly string[];
  /** Has parts: only capturevideo.json has room for them. */
  readonly fileOnly?: true;
  readonly perProgram?: { readonly [P in Program]?: OptionOverride };
}

/** Free text, never empty. */
export interface TextOption extends OptionBase {
  readonly kind: "text";
  readonly default: string | undefined;
  /** Stands for the value in `--help`, for example `file`. */
  readonly value: string;
  readonly form?: TextForm;
}

/** A number, whole or not, from `min` on or more than `above`, to `max` or without end. */
export interface NumberOption extends OptionBase {
  readonly kind: "integer" | "number";
  readonly default: number | undefined;
  readonly min?: number;
  readonly above?: number;
  readonly max?: number;
  readonly unit?: string;
  /** What the option means where nothing stands behind it; without this, it needs a value. */
  readonly bare?: number;
}

/** `--name` or `--no-name`. */
export interface BooleanOption extends OptionBase {
  readonly kind: "boolean";
  readonly default: boolean | undefined;
}

/** One of a few words or numbers. */
export interface ChoiceOption extends OptionBase {
  readonly kind: "choice";
  readonly choices: readonly (string | number)[];
  readonly default: string | number;
}

/** Any number of texts: the option repeated, or the texts joined with commas. */
export interface ListOption extends OptionBase {
  readonly kind: "list";
  readonly default: readonly string[];
  /** Stands for one value in `--help`. */
  readonly value: string;
  readonly form: TextForm;
  /** The texts may have commas in them: they are not joined, and one alone need not be a list. */
  readonly isWhole?: true;
}

/** Cameras by their names, each with options of its own; what is given for all holds for each. */
export interface CamerasOption extends OptionBase {
  readonly kind: "cameras";
  readonly default: undefined;
  readonly fileOnly: true;
  /** The options that each may have; `source` says which there are. */
  readonly each: OptionTable;
}

/** One entry of the table. */
export type OptionDefinition =
  | TextOption
  | NumberOption
  | BooleanOption
  | ChoiceOption
  | ListOption
  | CamerasOption;

/** Every option of every program, by its name in capturevideo.json. */
export type OptionTable = Readonly<Record<string, OptionDefinition>>;

/** An entry without what it shares with those beside it. */
type Entry = WithoutShared<OptionDefinition>;
type WithoutShared<O> = O extends unknown ? Omit<O, "group" | "programs"> : never;

/** Refuses in each entry what no entry has: a slip in a name. */
type Exact<T> = {
  readonly [Name in keyof T]: { readonly [Key in Exclude<keyof T[Name], KeysOf<Entry>>]?: never };
};
type KeysOf<O> = O extends unknown ? keyof O : never;

/** Some entries of the table: options of one group that the same programs have. */
export function group<const P extends readonly Program[], const T extends Record<string, Entry>>(
  name: Group,
  programs: P,
  entries: T & Exact<T>,
): { readonly [Name in keyof T]: T[Name] & { readonly group: Group; readonly programs: P } } {
  const complete = (entry: Entry) => ({ ...entry, group: name, programs });
  // The keys are the same, and so is their order.
  return Object.fromEntries(
    Object.entries<Entry>(entries).map(([name, entry]) => [name, complete(entry)]),
  ) as never;
}

/** What an entry is that is asked for in one call: `...FLAG`. */
export const FLAG = { kind: "boolean", default: false, commandLineOnly: true } as const;

/** A program, and the table that its options stand in. */
export interface ProgramOptions<T extends OptionTable = OptionTable, P extends Program = Program> {
  readonly program: P;
  readonly options: T;
}

/** Every type that a setting can have. */
export type SettingValue =
  | string
  | number
  | boolean
  | readonly string[]
  | readonly CameraOf<OptionTable, Program>[]
  | undefined;

/** One of several cameras: its name, its source, and its options as {@linkcode SettingsOf} has them. */
export type CameraOf<T extends OptionTable, P extends Program> =
  & { readonly name: string; readonly source: string }
  & Omit<SettingsOf<T, P>, "name" | "source">;

/** The type of a setting, read off its entry; `undefined` belongs to it where it is the default. */
export type ValueOf<O extends OptionDefinition> =
  | (O extends ChoiceOption ? O["choices"][number]
    : O extends TextOption ? string
    : O extends NumberOption ? number
    : O extends BooleanOption ? boolean
    : readonly string[])
  | (undefined extends O["default"] ? undefined : never);

/** What a program is run with: each of its options by its name, with the type of its entry. */
export type SettingsOf<T extends OptionTable, P extends Program> = {
  readonly [Name in keyof T as P extends T[Name]["programs"][number] ? Name : never]:
    (T[Name] extends { readonly each: infer Each extends OptionTable }
      ? readonly CameraOf<Each, P>[]
      : ValueOf<T[Name]> | NoDefaultOf<T[Name], P>);
};

/** `undefined` where an option has no default in this program alone. */
type NoDefaultOf<O, P extends Program> = O extends
  { readonly perProgram: { readonly [Q in P]: { readonly default: undefined } } } ? undefined
  : never;

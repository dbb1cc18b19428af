// Written by `python -m dashboard.typescript` (make generate). Do not edit.

export type RoleName = "admin" | "user" | "readonly";

export type LevelName = "list" | "read" | "write" | "delete" | "delete-version" | "configure";

export type PresetName = "readonly" | "readwrite" | "append-only" | "drop-box" | "full";

export type SourceName = "dashboard" | "yaml" | "config" | "db" | "k8s";

/** The answer of a call that has nothing else to say. */
export interface StatusOk {
  status: "ok";
}

/** Where something was declared: the dashboard or a line of YAML. */
export interface Declared {
  source: SourceName;
  source_file?: string;
  source_line?: number;
}

/** Levels at a place; `*` stands for every backend or bucket. */
export interface Scope {
  backend_id: string;
  bucket: string;
  prefix: string;
  access: PresetName | LevelName[];
}

/** What is wrong at one place of the input. */
export interface ErrorItem {
  pointer: string;
  reason: string;
  params: Record<string, string | number | boolean | string[] | null>;
  message: string;
}

/** What a visitor is told about a share. */
export interface SharedItem {
  code: string;
  kind: "object" | "objects" | "folder" | "upload";
  name: string;
  note?: string;
  size?: number;
  content_type?: string;
  etag?: string;
  last_modified?: string;
  expires_at?: string;
  has_password: boolean;
  max_downloads?: number;
  download_count: number;
  downloads_left?: number;
  disposition: string;
  preview_kind: "image" | "video" | "audio" | "pdf" | "text" | "none";
  raw_url: string;
  max_bytes?: number;
  bytes_left?: number;
  allowed_types?: string[];
}

/** A file of a shared folder. */
export interface SharedFile {
  name: string;
  path: string;
  size: number;
  last_modified?: string;
  preview_kind: "image" | "video" | "audio" | "pdf" | "text" | "none";
}

/** A folder of a shared folder. */
export interface SharedFolder {
  name: string;
  path: string;
}

/** One page of what is shared. */
export interface SharedListing {
  path: string;
  folders: SharedFolder[];
  files: SharedFile[];
  next_cursor?: string;
}

/** The password of a share. */
export interface ShareUnlock {
  password?: string;
}

/** A file that was stored. */
export interface SentName {
  name: string;
  size: number;
}

/** Who holds a grant. */
export interface GrantSubject {
  kind: string;
  id: string;
}

/** A scope given to a subject. */
export interface Grant {
  id: string;
  subject: GrantSubject;
  backend_id: string;
  bucket: string;
  prefix: string;
  access: PresetName | LevelName[];
  source: string;
}

/** One rule that was looked at. */
export interface TraceStep {
  rule: string;
  source: string;
  matched: boolean;
}

/** Whether an action is allowed, and why. */
export interface Decision {
  allowed: boolean;
  reason: string;
  trace: TraceStep[];
}

/** How an S3 request ended. */
export interface PastRequest {
  at: string;
  operation: string;
  status: number;
  reason: string;
  difference: string;
  canonical_request: string;
  access_key: string;
  backend_id: string;
  bucket: string;
  key: string;
  ip: string;
}

/** How an S3 request ended, and what the same would be answered now. */
export interface PastDecision {
  request: PastRequest;
  now: Decision | null;
}

/** What a user may do. */
export interface EffectiveAccess {
  role: RoleName;
  groups: string[];
  grants: Grant[];
  decision?: Decision;
}

/** One row of the audit log. */
export interface AuditEvent {
  id: number;
  timestamp: string;
  user_id?: string;
  username?: string;
  action: string;
  backend?: string;
  bucket?: string;
  key?: string;
  request_id?: string;
  ip?: string;
  user_agent?: string;
  status: string;
  detail?: string;
}

/** One page of the audit log, the newest first; `total` ignores the page. */
export interface AuditPage {
  events: AuditEvent[];
  total: number;
  is_total_capped?: boolean;
  next_cursor?: string;
}

/** How much happened when; times without anything are left out. */
export interface AuditHistogram {
  step: number;
  counts: ([string, number])[];
}

/** A backend as administrators see it; the secret never leaves the server. */
export interface Endpoint {
  id: string;
  name: string;
  type: string;
  endpoint: string;
  region: string;
  path_style: boolean;
  access_key?: string;
  secret_set: boolean;
  enabled: boolean;
  source: "config" | "db" | "k8s";
  source_file?: string;
  source_line?: number;
  maintenance: boolean;
  capabilities: Record<string, boolean>;
  healthy: boolean;
  last_error?: string;
  last_probe_at?: string;
  created_at?: string;
  updated_at?: string;
}

/** Every backend, by id. */
export interface EndpointList {
  backends: Endpoint[];
}

/** A new backend; the name defaults to the id. */
export interface EndpointCreate {
  id?: string;
  name?: string;
  type?: string;
  endpoint?: string;
  region?: string;
  path_style?: boolean;
  access_key?: string;
  secret_key?: string;
  enabled?: boolean;
  maintenance?: boolean;
  capabilities?: Record<string, boolean>;
}

/** What is to change; an absent secret keeps the stored one. */
export interface EndpointPatch {
  name?: string;
  endpoint?: string;
  region?: string;
  path_style?: boolean;
  access_key?: string;
  secret_key?: string;
  enabled?: boolean;
  maintenance?: boolean;
  capabilities?: Record<string, boolean>;
}

/** An endpoint to try without storing it. */
export interface EndpointTest {
  type?: string;
  endpoint?: string;
  region?: string;
  path_style?: boolean;
  access_key?: string;
  secret_key?: string;
}

/** One thing that was tried. */
export interface TestStep {
  name: string;
  ok: boolean;
  latency_ms: number;
  reason: string;
}

/** How the trial went; `error` is absent when all went well. */
export interface EndpointTestResult {
  healthy: boolean;
  latency_ms: number;
  error?: string;
  steps: TestStep[];
}

/** One probe of the past. */
export interface Probe {
  at: string;
  healthy: boolean;
  latency_ms: number;
  error?: string;
}

/** A backend's last probe and the 20 before it, the oldest first. */
export interface EndpointHealth {
  id: string;
  name: string;
  healthy: boolean;
  last_probe_at?: string;
  last_error?: string;
  latency_ms: number;
  history: Probe[];
}

/** The health of every backend, by id. */
export interface EndpointHealthList {
  backends: EndpointHealth[];
}

/** One hour, by the hours since the epoch. */
export interface HourOfRequests {
  unix_hour: number;
  requests: number;
  errors: number;
}

/** A call that failed on our side. */
export interface RecentError {
  when: string;
  path: string;
  method: string;
  status: number;
  request_id: string;
  user_id?: string;
  backend?: string;
}

/** The calls of the dashboard's API in 24 hours. */
export interface RequestNumbers {
  total_24h: number;
  errors_24h: number;
  hourly: HourOfRequests[];
  by_backend: Record<string, number>;
  recent_errors: RecentError[];
}

/** What one surface did in 24 hours. */
export interface TrafficNumbers {
  surface: "dashboard" | "s3";
  total_24h: number;
  errors_24h: number;
  bytes_in: number;
  bytes_out: number;
  p50_ms: number;
  p95_ms: number;
  p99_ms: number;
  hourly: HourOfRequests[];
  by_backend: Record<string, number>;
}

/** What is known of the contents of a backend. */
export interface BackendStorage {
  backend_id: string;
  bytes: number;
  objects: number;
  buckets: number;
}

/** What is known of the contents of a bucket. */
export interface BucketStorage {
  backend_id: string;
  bucket: string;
  bytes: number;
  objects: number;
}

/** Sizes of what is stored. */
export interface StorageNumbers {
  by_backend: BackendStorage[];
  top_buckets: BucketStorage[];
  cache_note: string;
}

/** An access key and its requests in 24 hours. */
export interface BusyCredential {
  access_key: string;
  requests_24h: number;
}

/** Long work that waits or runs. */
export interface JobNumbers {
  queued: number;
  running: number;
}

/** Everything of the first look. */
export interface AdminDashboard {
  requests: RequestNumbers;
  storage: StorageNumbers;
  traffic: TrafficNumbers[];
  credentials: BusyCredential[];
  jobs: JobNumbers;
}

/** One line of a chart; a point is the beginning of a span in seconds since the epoch, and a value. */
export interface MetricSeries {
  name: string;
  labels: Record<string, string>;
  points: number[][];
}

/** Lines in spans of `step` seconds. Of what is counted, a span without a point is one in which nothing happened; a size or a latency holds until the next point. */
export interface MetricChart {
  step: number;
  series: MetricSeries[];
}

/** A user as administrators see it. */
export interface User {
  id: string;
  username: string;
  email?: string;
  role: RoleName;
  kind: "person" | "service";
  groups: string[];
  identity_source: string;
  enabled: boolean;
  must_change_pw: boolean;
  failed_attempts: number;
  locked_until?: string;
  created_at: string;
  last_login_at?: string;
  source: string;
  source_file?: string;
  source_line?: number;
}

/** One page of users, by name. */
export interface UserList {
  users: User[];
  next_cursor?: string;
}

/** A new local user. */
export interface UserCreate {
  username: string;
  email?: string;
  password?: string;
  role: string;
  must_change_pw?: boolean;
  kind?: "person" | "service";
}

/** What is to change; an empty e-mail clears it. */
export interface UserPatch {
  role?: string;
  enabled?: boolean;
  email?: string;
}

/** The password that an administrator sets. */
export interface PasswordReset {
  new_password?: string;
}

/** A name, and the bucket it leads to. */
export interface Alias {
  source: SourceName;
  source_file?: string;
  source_line?: number;
  name: string;
  backend_id: string;
  bucket: string;
}

/** The aliases by name. */
export interface AliasList {
  aliases: Alias[];
}

/** A name, and the bucket it is to lead to. */
export interface AliasCreate {
  name?: string;
  backend_id?: string;
  bucket?: string;
}

/** A bucket that strangers may read. */
export interface AnonymousBinding {
  source: SourceName;
  source_file?: string;
  source_line?: number;
  backend_id: string;
  bucket: string;
  mode: string;
  per_source_ip_rps: number;
  list: boolean;
  prefix: string;
  created_at: string;
  created_by?: string;
}

/** The bindings by backend and bucket. */
export interface AnonymousBindingList {
  bindings: AnonymousBinding[];
}

/** What strangers are to be let in to. */
export interface AnonymousBindingPut {
  backend_id?: string;
  bucket?: string;
  mode?: string;
  per_source_ip_rps?: number;
  list?: boolean;
  prefix?: string;
}

/** Keys to pack; one with a slash at its end stands for everything below it. */
export interface ZipCreate {
  keys?: string[];
  ticket?: string;
}

/** What the download takes as `ticket`: once, before it expires. */
export interface ZipTicket {
  ticket: string;
  expires_at: string;
}

/** One thing, and where it is found; what does not apply is left out. */
export interface AttentionItem {
  id: string;
  name?: string;
  detail?: string;
  backend_id?: string;
  bucket?: string;
  at?: string;
  used_bytes?: number;
  limit_bytes?: number;
  count?: number;
}

/** Everything of one kind: how many, and the first of them. */
export interface AttentionMatter {
  concern: "backend_down" | "limit_passed" | "job_failed" | "key_expiring" | "config_rejected" | "config_drift";
  total: number;
  items: AttentionItem[];
}

/** What is wrong, the worst first; nothing where all is well. */
export interface AttentionList {
  matters: AttentionMatter[];
}

/** What a new password must meet. */
export interface PasswordPolicy {
  min_length: number;
  min_score: number;
}

/** Which ways of signing in there are. */
export interface AuthConfig {
  modes: ("local" | "static" | "oidc")[];
  allow_self_registration: boolean;
  oidc_name?: string;
  notice?: string;
  password: PasswordPolicy;
}

/** A user name and a password; empty ones are refused as wrong ones are. */
export interface Login {
  username?: string;
  password?: string;
}

/** The session is open; its cookies came with this answer. */
export interface LoginResult {
  status: "ok";
  source: "local" | "static";
  must_change_pw?: boolean;
}

/** The session is closed. */
export interface LogoutResult {
  status: "ok";
  logout_url?: string;
}

/** What a backend can do, as found by probing or set by the operator. */
export interface Capabilities {
  versioning: boolean;
  object_lock: boolean;
  lifecycle: boolean;
  bucket_policy: boolean;
  cors: boolean;
  tagging: boolean;
  server_side_encrypt: boolean;
  admin_api: "" | "minio" | "garage" | "seaweedfs";
  max_multipart_parts: number;
  max_part_size_bytes: number;
}

/** A configured storage. */
export interface Backend {
  id: string;
  name: string;
  capabilities: Capabilities;
  healthy: boolean;
  last_probe_at?: string;
  last_error?: string;
}

/** Every backend on which the caller holds a level, by id. */
export interface BackendList {
  backends: Backend[];
}

/** The result of a probe made now. */
export interface BackendHealth {
  healthy: boolean;
  last_probe_at: string;
  last_error: string;
}

/** Which settings of a bucket a file declares; they can be changed there alone. */
export interface DeclaredSettings {
  settings: string[];
  source: SourceName;
  source_file?: string;
  source_line?: number;
}

/** Whether older versions are kept. */
export interface Versioning {
  enabled: boolean;
}

/** Keep versions from now on, or suspend keeping them. */
export interface VersioningPut {
  enabled: boolean;
}

/** The bucket policy as JSON text; empty where there is none. */
export interface Policy {
  policy: string;
}

/** The policy that replaces what there is. */
export interface PolicyPut {
  policy?: string;
}

/** How new objects are encrypted; an empty algorithm stands for the backend's own way. */
export interface Encryption {
  algorithm: string;
  key_id?: string;
}

/** How new objects are to be encrypted. */
export interface EncryptionPut {
  algorithm: string;
  key_id?: string;
}

/** Every tag of a bucket. */
export interface BucketTags {
  tags: Record<string, string>;
}

/** The tags that replace those there are. */
export interface BucketTagsPut {
  tags?: Record<string, string>;
}

/** One bucket; the size members are there once it was scanned. */
export interface Bucket {
  name: string;
  created_at?: string;
  size_tracked: boolean;
  size_bytes?: number;
  object_count?: number;
  computed_at?: string;
}

/** The buckets on which the caller holds a level, in the backend's order. */
export interface BucketList {
  buckets: Bucket[];
}

/** A name, and the region where the backend knows several. */
export interface BucketCreate {
  name?: string;
  region?: string;
}

/** The bucket that was made. */
export interface BucketCreated {
  name: string;
}

/** The levels the caller holds at a prefix, and the rule that gives each. */
export interface BucketAccess {
  levels: LevelName[];
  rules: Record<string, string>;
}

/** What is wrong, or odd, at one place of a file. */
export interface ConfigProblem {
  file?: string;
  line?: number;
  column?: number;
  key?: string;
  message: string;
  suggestion?: string;
}

/** The last attempt to take over the file. A rejected one has changed nothing. */
export interface ConfigReload {
  at: string;
  outcome: "applied" | "unchanged" | "incomplete" | "rejected" | "failed";
  by: string;
  applied: number;
  settings: string[];
  needs_restart: string[];
  problems: ConfigProblem[];
  warnings: ConfigProblem[];
}

/** One key with the value that holds. Secrets are named in it, never contained. */
export interface ConfigValue {
  path: string;
  value: unknown;
  source: "default" | "file" | "environment";
  source_file?: string;
  source_line?: number;
  description: string;
  restart: boolean;
}

/** The configuration in force. */
export interface ConfigState {
  values: ConfigValue[];
  last_reload: ConfigReload | null;
  watching: boolean;
  prune: string[];
  drift: number;
  drift_checked_at: string | null;
}

/** One change of one thing; it holds no value, so no secret. */
export interface ConfigStep {
  op: "create" | "update" | "delete" | "adopt" | "check";
  kind: string;
  id: string;
  fields: string[];
  destructive: boolean;
  takes_over: boolean;
  source_file: string;
  source_line: number;
  problem?: string;
}

/** Something that a file declared once and none declares any more; it stays until pruned. */
export interface ConfigOrphan {
  kind: string;
  id: string;
  source_file: string;
  source_line: number;
}

/** A key that would have another value. */
export interface ConfigSetting {
  path: string;
  present: unknown;
  declared: unknown;
  restart: boolean;
}

/** What the file as it is now would change, and how reality differs from what is in force. */
export interface ConfigPlan {
  hash: string;
  steps: ConfigStep[];
  settings: ConfigSetting[];
  orphans: ConfigOrphan[];
  needs_restart: string[];
  problems: ConfigProblem[];
  drift: ConfigStep[];
  drift_checked_at: string;
  drift_problem?: string;
}

/** The plan that was seen; another one is refused. Empty takes over whatever is there. */
export interface ConfigReloadRequest {
  hash?: string;
}

/** From where to where; bucket and backend default to those of the path. */
export interface ObjectCopy {
  src_key: string;
  dst_key: string;
  dst_bucket?: string;
  dst_backend?: string;
  version_id?: string;
  metadata?: Record<string, string>;
}

/** The copy that was made. */
export interface CopyResult {
  backend?: string;
  bucket: string;
  object?: ObjectInfo;
  key?: string;
}

/** Which pages may call with which methods. */
export interface CorsRule {
  allowed_origins: string[];
  allowed_methods: string[];
  allowed_headers?: string[];
  expose_headers?: string[];
  max_age_seconds?: number;
}

/** The rules in the order in which they are tried. */
export interface CorsRules {
  rules: CorsRule[];
}

/** A rule in a request. */
export interface CorsRuleBody {
  allowed_origins?: string[];
  allowed_methods?: string[];
  allowed_headers?: string[];
  expose_headers?: string[];
  max_age_seconds?: number;
}

/** The rules that are to hold; none takes them away. */
export interface CorsPut {
  rules?: CorsRuleBody[];
}

/** The bucket to ask for, by the name that clients use; empty picks one. */
export interface CredentialTest {
  bucket?: string;
}

/** What the S3 endpoint answered to a listing with the credential. */
export interface CredentialTestResult {
  ok: boolean;
  status: number;
  error: string;
  latency_ms: number;
}

/** A request that was not let through. */
export interface RefusedRequest {
  at: string;
  operation: string;
  bucket?: string;
  key?: string;
  reason: string;
  request_id: string;
  ip?: string;
}

/** What a credential did lately, and what it was refused, the latest first. */
export interface CredentialActivity {
  last_used_at?: string;
  requests_24h: number;
  refusals: RefusedRequest[];
}

/** What one credential may use up; 0 means unlimited. */
export interface CredentialLimits {
  rps: number;
  concurrency: number;
  bytes_per_second: number;
}

/** A virtual credential; the secret is in the answer that creates it and never again. */
export interface Credential {
  access_key: string;
  secret_key?: string;
  session_token?: string;
  backend_id: string;
  buckets: string[];
  prefixes: string[];
  access: PresetName | LevelName[];
  scopes: Scope[];
  user_id?: string;
  description?: string;
  enabled: boolean;
  not_before?: string;
  expires_at?: string;
  cidrs: string[];
  limits: CredentialLimits;
  last_used_at?: string;
  created_at: string;
  created_by?: string;
  updated_at: string;
  updated_by?: string;
  endpoint_url?: string;
  bucket_urls?: Record<string, string>;
  source: string;
  source_file?: string;
  source_line?: number;
}

/** Credentials by access key. */
export interface CredentialList {
  credentials: Credential[];
}

/** A scope in a request. */
export interface ScopeBody {
  backend_id?: string;
  bucket?: string;
  prefix?: string;
  access?: string | string[];
}

/** Limits in a request; 0 means unlimited. */
export interface LimitsBody {
  rps?: number;
  concurrency?: number;
  bytes_per_second?: number;
}

/** A new credential: `backend_id` with `buckets`, or `scopes`. */
export interface CredentialCreate {
  backend_id?: string;
  buckets?: string[];
  access?: string | string[];
  prefixes?: string[];
  scopes?: ScopeBody[];
  user_id?: string;
  description?: string;
  expires_at?: string;
  not_before?: string;
  cidrs?: string[];
  limits?: LimitsBody;
  ttl_seconds?: number;
}

/** What is to change; an empty `expires_at` clears it. */
export interface CredentialPatch {
  buckets?: string[];
  access?: string | string[];
  prefixes?: string[];
  scopes?: ScopeBody[];
  description?: string;
  enabled?: boolean;
  expires_at?: string;
  not_before?: string;
  cidrs?: string[];
  limits?: LimitsBody;
}

/** For how many days the old key works on; 0 ends it now. */
export interface CredentialRotate {
  overlap_days?: number;
}

/** An error: the registry row, the reason, and the facts of this occurrence. */
export interface ErrorDetail {
  code: string;
  message: string;
  detail: string;
  reason: string | null;
  params: Record<string, string | number | boolean | string[] | null>;
  errors: ErrorItem[];
  request_id: string;
  docs: string;
  retryable: boolean;
  retry_after: number | null;
}

/** The body of every answer that is an error. */
export interface ErrorBody {
  error: ErrorDetail;
}

/** A refinement of one code. */
export interface Reason {
  reason: string;
  status: number;
  message: string;
  params: string[];
  retryable: boolean;
}

/** One row of the registry. */
export interface ErrorEntry {
  code: string;
  status: number;
  title: string;
  message: string;
  cure: string;
  params: string[];
  reasons: Reason[];
  retryable: boolean;
  audience: string;
  since: string;
  docs: string;
}

/** Every error there is. */
export interface ErrorEntryList {
  errors: ErrorEntry[];
}

/** A scope that was given to a subject. */
export interface StoredGrant {
  source: SourceName;
  source_file?: string;
  source_line?: number;
  id: string;
  subject: GrantSubject;
  backend_id: string;
  bucket: string;
  prefix: string;
  access: PresetName | LevelName[];
}

/** One page of grants, in the order they were made. */
export interface GrantList {
  grants: StoredGrant[];
  next_cursor?: string;
}

/** Who is to hold a grant. */
export interface GrantSubjectBody {
  kind?: string;
  id?: string;
}

/** A scope, and the subject that is to hold it. */
export interface GrantCreate {
  subject: GrantSubjectBody;
  backend_id?: string;
  bucket?: string;
  prefix?: string;
  access?: string | string[];
}

/** The levels that are to hold from now on. */
export interface GrantPatch {
  access: string | string[];
}

/** A group, with the ids of all its members wherever they come from. */
export interface Group {
  source: SourceName;
  source_file?: string;
  source_line?: number;
  id: string;
  name: string;
  members: string[];
  claim_values: string[];
  created_at: string;
}

/** One page of groups, in the order they were made. */
export interface GroupList {
  groups: Group[];
  next_cursor?: string;
}

/** A new group, or what is to change of one. */
export interface GroupBody {
  name?: string;
  members?: string[];
  claim_values?: string[];
}

/** The process and its event loop live. */
export interface Health {
  status: "ok";
}

/** One named condition of readiness. */
export interface Check {
  name: string;
  ok: boolean;
  detail: string;
}

/** Whether this process may be sent requests; 503 while a check fails. */
export interface Readiness {
  status: "ready" | "not_ready";
  checks: Check[];
}

/** What is running. */
export interface Version {
  version: string;
  commit: string;
}

/** The disk that a database of ours grows on. */
export interface DiskRoom {
  name: "database" | "audit";
  free_bytes: number;
  total_bytes: number;
}

/** A certificate that we show, by the section of the configuration that names it. */
export interface ListenerCertificate {
  name: "server" | "s3_proxy";
  ends_at: string | null;
}

/** What a backend shows to anybody who connects; `null` for what could not be seen. */
export interface BackendOutside {
  backend_id: string;
  skew_seconds: number | null;
  certificate_ends_at: string | null;
}

/** Room, certificates and clocks, looked at when it is asked for. */
export interface ServerCondition {
  disks: DiskRoom[];
  listeners: ListenerCertificate[];
  backends: BackendOutside[];
}

/** What a job works on: all below a prefix, or the keys of it that are named. */
export interface JobSource {
  backend_id: string;
  bucket: string;
  prefix?: string;
  keys?: string[];
}

/** Where a copy or move goes; keys lose the source's prefix and get this one. */
export interface JobTarget {
  backend_id: string;
  bucket: string;
  prefix?: string;
}

/** How a job does it. */
export interface JobOptions {
  on_conflict?: "skip" | "replace" | "keep_both" | "newer";
  tags?: Record<string, string>;
  tag_mode?: "add" | "set" | "remove";
}

/** What is to be done. */
export interface JobCreate {
  kind: "copy" | "move" | "delete" | "empty" | "restore" | "tag" | "scan";
  source: JobSource;
  target?: JobTarget;
  options?: JobOptions;
}

/** A prefix of a bucket. */
export interface JobPlace {
  backend_id: string;
  bucket: string;
  prefix: string;
}

/** A job, and how far it is. `done` with `failed` above 0 is partial success. */
export interface Job {
  id: string;
  kind: "copy" | "move" | "delete" | "empty" | "restore" | "tag" | "scan";
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  created_by: string;
  created_at: string;
  started_at?: string;
  finished_at?: string;
  source: JobPlace;
  target?: JobPlace;
  on_conflict: "skip" | "replace" | "keep_both" | "newer";
  tags?: Record<string, string>;
  tag_mode?: "add" | "set" | "remove";
  objects_done: number;
  objects_total: number | null;
  bytes_done: number;
  bytes_total: number | null;
  failed: number;
  skipped: number;
  bytes_per_second: number;
  eta_seconds: number | null;
  is_cancelling: boolean;
  retry_of?: string;
  error?: ErrorDetail;
}

/** One page of jobs, the newest first. */
export interface JobList {
  jobs: Job[];
  next_cursor?: string;
}

/** An object that a job could not do. */
export interface JobItemError {
  key: string;
  error: ErrorDetail;
}

/** One page of what failed, by key. */
export interface JobErrorList {
  errors: JobItemError[];
  next_cursor?: string;
}

/** One rule; numbers are days or bytes. */
export interface LifecycleRule {
  id?: string;
  prefix?: string;
  enabled: boolean;
  expiration_days?: number;
  expired_delete_markers?: boolean;
  noncurrent_expire_days?: number;
  abort_incomplete_days?: number;
  transition_days?: number;
  transition_storage_class?: string;
  tags?: Record<string, string>;
  size_above?: number;
  size_below?: number;
  read_only?: boolean;
}

/** The rules in the backend's order. */
export interface LifecycleRules {
  rules: LifecycleRule[];
}

/** A rule in a request. */
export interface LifecycleRuleBody {
  id?: string;
  prefix?: string;
  enabled?: boolean;
  expiration_days?: number;
  expired_delete_markers?: boolean;
  noncurrent_expire_days?: number;
  abort_incomplete_days?: number;
  transition_days?: number;
  transition_storage_class?: string;
  tags?: Record<string, string>;
  size_above?: number;
  size_below?: number;
  read_only?: boolean;
}

/** The rules that are to hold; none takes them away. */
export interface LifecyclePut {
  rules?: LifecycleRuleBody[];
}

/** What the rules would expire or move if they ran now. */
export interface LifecyclePreview {
  objects: number;
  bytes: number;
  complete: boolean;
}

/** Whether objects can be locked, and how new ones are by default. */
export interface ObjectLock {
  enabled: boolean;
  mode?: string;
  days?: number;
}

/** The default of new objects; no mode means none. */
export interface ObjectLockPut {
  enabled?: boolean;
  mode?: string;
  days?: number;
}

/** Until when a version is kept; empty where it may be deleted. */
export interface Retention {
  mode?: string;
  until?: string;
}

/** Until when a version is to be kept. */
export interface RetentionPut {
  mode: string;
  until: string;
}

/** Whether a version is held. */
export interface LegalHold {
  on: boolean;
}

/** Whether a version is to be held. */
export interface LegalHoldPut {
  on: boolean;
}

/** Who is signed in. */
export interface Me {
  id: string;
  username: string;
  role: RoleName;
  identity_source: string;
  must_change_pw: boolean;
  email?: string;
  groups: string[];
}

/** The caller's present password and the one to come. */
export interface PasswordChange {
  current_password?: string;
  new_password?: string;
}

/** One browser that is signed in. */
export interface Session {
  id: string;
  current: boolean;
  ip: string;
  user_agent: string;
  created_at: string;
  last_seen_at: string;
}

/** Every open session of the caller, the latest first. */
export interface SessionList {
  sessions: Session[];
}

/** The headers that a store keeps with an object and sends with it; an empty one is removed. */
export interface StoredHeaders {
  content_type?: string;
  cache_control?: string;
  content_disposition?: string;
  content_encoding?: string;
  content_language?: string;
}

/** The user metadata that replaces what there is; none clears it. */
export interface MetadataPut {
  metadata?: Record<string, string>;
  headers?: StoredHeaders;
}

/** An upload that was begun and neither completed nor aborted. */
export interface Upload {
  key: string;
  upload_id: string;
  initiated?: string;
}

/** The open uploads of a bucket. */
export interface UploadList {
  uploads: Upload[];
}

/** What the object to come shall carry. */
export interface UploadCreate {
  content_type?: string;
  metadata?: Record<string, string>;
}

/** The upload that was begun. */
export interface UploadCreated {
  bucket: string;
  key: string;
  upload_id: string;
}

/** A part that was stored. */
export interface UploadedPart {
  part_number: number;
  etag: string;
  size: number;
}

/** A part of the list that completes an upload. */
export interface CompletedPart {
  PartNumber: number;
  ETag: string;
}

/** The parts that make the object, in order. */
export interface UploadComplete {
  parts: CompletedPart[];
}

/** A part of an open upload. */
export interface Part {
  part_number: number;
  etag: string;
  size: number;
}

/** One page of the parts of an open upload. */
export interface PartList {
  parts: Part[];
  next_token: string;
}

/** What is known of an object; listings carry neither content headers nor metadata. */
export interface ObjectInfo {
  key: string;
  size: number;
  etag?: string;
  content_type?: string;
  cache_control?: string;
  content_disposition?: string;
  content_encoding?: string;
  content_language?: string;
  storage_class?: string;
  version_id?: string;
  last_modified?: string;
  metadata?: Record<string, string>;
}

/** One page of a listing. */
export interface ObjectList {
  prefix: string;
  delimiter: string;
  common_prefixes: string[];
  is_truncated: boolean;
  next_continuation_token: string;
  objects: ObjectInfo[];
}

/** One object, or one version of it, to delete. */
export interface DeleteKey {
  key: string;
  version_id?: string;
}

/** Up to 1000 objects to delete. */
export interface DeleteKeys {
  keys?: DeleteKey[];
}

/** An object that is gone. */
export interface DeletedKey {
  key: string;
  version_id?: string;
}

/** An object that could not be deleted, with the backend's code. */
export interface FailedKey {
  key: string;
  version_id?: string;
  code?: string;
  message?: string;
}

/** What became of each key of a bulk delete. */
export interface DeleteResult {
  deleted: DeletedKey[];
  errors: FailedKey[];
}

/** The key of a folder; the slash at its end may be left out. */
export interface FolderCreate {
  key: string;
}

/** One pinned bucket. */
export interface Pin {
  backend_id: string;
  bucket: string;
  created_at: string;
}

/** The caller's pins, the newest first. */
export interface PinList {
  pins: Pin[];
}

/** The bucket to pin. */
export interface PinCreate {
  backend_id: string;
  bucket: string;
}

/** From which prefix to which; bucket and backend default to those of the path. */
export interface PrefixCopy {
  src_prefix?: string;
  dst_prefix?: string;
  dst_bucket?: string;
  dst_backend?: string;
  metadata?: Record<string, string>;
}

/** The prefix below which everything is deleted. */
export interface PrefixDelete {
  prefix?: string;
}

/** What the URL is to be good for. */
export interface PresignCreate {
  key?: string;
  method?: string;
  expires_in?: number;
  content_type?: string;
  version_id?: string;
  access_key?: string;
}

/** A URL that whoever has it may use, with the headers that belong to it. */
export interface PresignedUrl {
  url: string;
  headers: Record<string, string>;
  expires_at: string;
  access_key: string;
}

/** A limit and what is used of it; what is not known is left out. */
export interface Quota {
  configured: boolean;
  soft_bytes?: number;
  hard_bytes?: number;
  updated_at?: string;
  updated_by?: string;
  usage_bytes?: number;
  object_count?: number;
  computed_at?: string;
  has_usage: boolean;
  source?: SourceName;
  source_file?: string;
  source_line?: number;
}

/** One limit among all limits; only that of a bucket names backend and bucket. */
export interface ListedQuota {
  configured: boolean;
  soft_bytes?: number;
  hard_bytes?: number;
  updated_at?: string;
  updated_by?: string;
  usage_bytes?: number;
  object_count?: number;
  computed_at?: string;
  has_usage: boolean;
  source?: SourceName;
  source_file?: string;
  source_line?: number;
  kind: "bucket" | "user" | "group" | "credential";
  id: string;
  backend_id?: string;
  bucket?: string;
}

/** Every limit. */
export interface QuotaList {
  quotas: ListedQuota[];
}

/** A limit that the caller's writes are charged to. */
export interface OwnQuota {
  configured: boolean;
  soft_bytes?: number;
  hard_bytes?: number;
  updated_at?: string;
  updated_by?: string;
  usage_bytes?: number;
  object_count?: number;
  computed_at?: string;
  has_usage: boolean;
  source?: SourceName;
  source_file?: string;
  source_line?: number;
  kind: "user" | "group" | "credential";
  id: string;
  name: string;
}

/** The limits of one's own, of one's groups and of one's credentials. */
export interface OwnQuotaList {
  quotas: OwnQuota[];
}

/** A limit; 0 means that this one is not set. */
export interface QuotaPut {
  soft_bytes?: number;
  hard_bytes?: number;
}

/** A bucket whose name holds the text, in any case. */
export interface FoundBucket {
  backend_id: string;
  bucket: string;
}

/** An object whose key begins with the text. */
export interface FoundObject {
  backend_id: string;
  bucket: string;
  key: string;
  size: number;
  last_modified?: string;
}

/** What was found within five seconds, in order. */
export interface SearchResult {
  query: string;
  buckets: FoundBucket[];
  objects: FoundObject[];
  truncated: boolean;
}

/** A public link with its limits. */
export interface Share {
  id: string;
  code: string;
  url: string;
  kind: "object" | "objects" | "folder" | "upload";
  backend_id: string;
  bucket: string;
  key: string;
  keys?: string[];
  prefix?: string;
  version_id?: string;
  created_by: string;
  created_at: string;
  starts_at?: string;
  expires_at?: string;
  has_password: boolean;
  max_downloads?: number;
  download_count: number;
  max_bytes?: number;
  uploaded_bytes?: number;
  allowed_types?: string[];
  note?: string;
  revoked: boolean;
  revoked_at?: string;
  last_accessed_at?: string;
  disposition: "attachment" | "inline";
  state: "active" | "scheduled" | "expired" | "exhausted" | "revoked";
}

/** One page of shares, the newest first. */
export interface ShareList {
  shares: Share[];
  next_cursor?: string;
}

/** What is to be shared, and within which limits. */
export interface ShareCreate {
  kind?: "object" | "objects" | "folder" | "upload";
  backend_id?: string;
  bucket?: string;
  key?: string;
  keys?: string[];
  prefix?: string;
  version_id?: string;
  password?: string;
  starts_at?: string;
  expires_at?: string;
  max_downloads?: number;
  disposition?: string;
  note?: string;
  max_bytes?: number;
  allowed_types?: string[];
}

/** What is to change; empty text takes a password or a time away. */
export interface SharePatch {
  password?: string;
  starts_at?: string;
  expires_at?: string;
  max_downloads?: number;
  disposition?: string;
  note?: string;
  max_bytes?: number;
  allowed_types?: string[];
}

/** Whether a bucket's size is counted, and who said so when. */
export interface SizeTracking {
  enabled: boolean;
  updated_at?: string;
  updated_by?: string;
}

/** Whether a bucket's size is to be counted. */
export interface SizeTrackingPut {
  enabled?: boolean;
}

/** What lies under a prefix, folders included. */
export interface PrefixSize {
  bytes: number;
  count: number;
  prefix: string;
  computed_at: string;
}

/** What lies in one folder. */
export interface FolderSize {
  prefix: string;
  bytes: number;
  count: number;
}

/** The folders below a prefix with what lies in each. */
export interface Usage {
  children: FolderSize[];
  complete: boolean;
  computed_at: string;
}

/** Every tag of an object. */
export interface Tags {
  tags: Record<string, string>;
}

/** The tags that replace those there are; none clears them. */
export interface TagsPut {
  tags?: Record<string, string>;
}

/** An API token; the token itself is in the answer that makes it and never again. */
export interface Token {
  id: string;
  name: string;
  token?: string;
  scopes: Scope[];
  admin: boolean;
  expires_at: string;
  last_used_at?: string;
  created_at: string;
}

/** API tokens, the newest first. */
export interface TokenList {
  tokens: Token[];
}

/** A new token; without scopes it may do all that its owner may, but administer. */
export interface TokenCreate {
  name?: string;
  expires_at?: string;
  scopes?: ScopeBody[];
  admin?: boolean;
}

/** What became of one line of the file, or would become of it. */
export interface ImportedLine {
  line: number;
  username: string;
  action: "create" | "update" | "keep" | "refuse";
  error?: ErrorDetail;
}

/** What became of each line of the file. */
export interface UserImport {
  rows: ImportedLine[];
}

/** One version, or the marker that a delete left. */
export interface ObjectVersion {
  key: string;
  version_id: string;
  is_latest: boolean;
  is_delete_marker?: boolean;
  size: number;
  etag?: string;
  storage_class?: string;
  last_modified?: string;
}

/** Every version of one key, the newest first. */
export interface VersionList {
  versions: ObjectVersion[];
}

/** One page of versions below a prefix. */
export interface VersionPage {
  versions: ObjectVersion[];
  common_prefixes: string[];
  is_truncated: boolean;
  next_token: string;
}

/** Every code an error may carry. */
export type ErrorCode =
  | "bad_request"
  | "invalid_request"
  | "invalid_bucket"
  | "invalid_bucket_name"
  | "invalid_key"
  | "invalid_prefix"
  | "invalid_tag"
  | "too_many_tags"
  | "too_many_keys"
  | "invalid_metadata"
  | "invalid_cors"
  | "invalid_policy"
  | "invalid_lifecycle"
  | "invalid_quota"
  | "bad_range"
  | "length_required"
  | "unauthorized"
  | "invalid_credentials"
  | "account_locked"
  | "password_change_required"
  | "password_required"
  | "password_mismatch"
  | "weak_password"
  | "mode_disabled"
  | "oidc_failed"
  | "session_error"
  | "csrf_invalid"
  | "source_untrusted"
  | "forbidden"
  | "feature_disabled"
  | "not_yet_active"
  | "ip_denied"
  | "not_found"
  | "method_not_allowed"
  | "conflict"
  | "object_exists"
  | "precondition_failed"
  | "username_taken"
  | "email_taken"
  | "id_taken"
  | "last_admin"
  | "self_delete"
  | "self_role_change"
  | "static_user"
  | "not_local"
  | "yaml_managed"
  | "k8s_managed"
  | "register_failed"
  | "expired"
  | "revoked"
  | "exhausted"
  | "too_large"
  | "type_not_allowed"
  | "rate_limited"
  | "not_supported"
  | "size_tracking_disabled"
  | "quota_exceeded"
  | "backend_error"
  | "maintenance"
  | "internal"
  | "store_unavailable"
  | "secret_key_unset"
  | "s3_proxy_disabled";

/** Every reason; each belongs to exactly one code. */
export type ErrorReason =
  | "json.invalid"
  | "http.malformed"
  | "field.missing"
  | "field.invalid"
  | "form.invalid"
  | "backend.id_invalid"
  | "backend.endpoint_invalid"
  | "backend.id_reserved"
  | "backend.key_missing"
  | "share.too_long"
  | "share.password_needed"
  | "backend.type_unknown"
  | "csv.invalid"
  | "csv.too_long"
  | "cursor.invalid"
  | "source.host_invalid"
  | "s3.uri_invalid"
  | "s3.selector_conflict"
  | "s3.parameter_repeated"
  | "s3.argument_invalid"
  | "s3.header_unsupported"
  | "s3.customer_key_in_clear"
  | "s3.xml_malformed"
  | "s3.digest_invalid"
  | "s3.digest_mismatch"
  | "s3.payload_hash_mismatch"
  | "s3.body_incomplete"
  | "s3.trailer_malformed"
  | "s3.key_too_long"
  | "s3.metadata_too_large"
  | "s3.authorization_malformed"
  | "s3.query_auth_malformed"
  | "s3.sigv2_refused"
  | "s3.content_hash_missing"
  | "s3.anonymous_override"
  | "s3.body_unexpected"
  | "s3.auth_twice"
  | "s3.head_malformed"
  | "s3.head_too_large"
  | "s3.request_timeout"
  | "s3.too_many_keys"
  | "s3.copy_source_invalid"
  | "s3.copy_too_large"
  | "form.malformed"
  | "form.too_small"
  | "field.rejected"
  | "key.length"
  | "key.control_character"
  | "key.dot_segment"
  | "prefix.no_slash"
  | "prefix.empty"
  | "prefix.malformed"
  | "tags.bucket"
  | "rule.rejected"
  | "rules.too_many"
  | "policy.malformed"
  | "policy.refused"
  | "lifecycle.rule"
  | "lifecycle.refused"
  | "range.malformed"
  | "range.unsatisfiable"
  | "session.expired"
  | "session.unknown"
  | "session.revoked"
  | "session.pending"
  | "token.unknown"
  | "token.expired"
  | "s3.unsigned"
  | "s3.headers_unsigned"
  | "s3.date_missing"
  | "s3.presign_expired"
  | "s3.presign_early"
  | "s3.time_skewed"
  | "s3.token_expired"
  | "s3.token_invalid"
  | "credential.unknown"
  | "signature.mismatch"
  | "signature.chunk_mismatch"
  | "password.length"
  | "password.too_long"
  | "password.guessable"
  | "password.reused"
  | "oidc.discovery_failed"
  | "oidc.misconfigured"
  | "oidc.denied"
  | "oidc.provider_error"
  | "oidc.state_expired"
  | "oidc.code_missing"
  | "oidc.issuer_mismatch"
  | "oidc.token_exchange_failed"
  | "oidc.token_invalid"
  | "oidc.nonce_mismatch"
  | "oidc.userinfo_failed"
  | "oidc.no_role"
  | "oidc.account_disabled"
  | "oidc.email_unverified"
  | "oidc.email_taken"
  | "oidc.name_taken"
  | "oidc.already_linked"
  | "oidc.logout_token_invalid"
  | "csrf.header_missing"
  | "csrf.mismatch"
  | "source.origin"
  | "source.site"
  | "source.destination"
  | "grant.missing"
  | "role.readonly"
  | "admin.required"
  | "token.scope"
  | "token.session_required"
  | "owner.missing_right"
  | "bucket.out_of_scope"
  | "credential.not_yet_valid"
  | "object.append_only"
  | "cors.refused"
  | "form.policy_expired"
  | "form.policy_violated"
  | "share.role"
  | "share.kind"
  | "acl.not_private"
  | "feature.shares"
  | "share.starts_later"
  | "ip.credential"
  | "route.unknown"
  | "backend.unknown"
  | "bucket.not_found"
  | "object.not_found"
  | "version.not_found"
  | "upload.not_found"
  | "user.not_found"
  | "session.not_found"
  | "token.not_found"
  | "credential.not_found"
  | "share.not_found"
  | "binding.not_found"
  | "alias.not_found"
  | "group.not_found"
  | "grant.not_found"
  | "job.not_found"
  | "ticket.not_found"
  | "request.not_found"
  | "cors.not_configured"
  | "bucket.not_empty"
  | "bucket.exists"
  | "bucket.owned_by_you"
  | "backend.refused"
  | "name.in_use"
  | "group.exists"
  | "config.rejected"
  | "plan.destroys"
  | "plan.stale"
  | "job.not_over"
  | "job.nothing_failed"
  | "body.limit"
  | "part.limit"
  | "share.limit"
  | "form.too_large"
  | "object.content_type"
  | "rate.session"
  | "rate.address"
  | "rate.key"
  | "rate.everybody"
  | "rate.upstream_pool"
  | "rate.connections"
  | "rate.jobs"
  | "rate.sign_in"
  | "rate.busy_key"
  | "operation.unknown"
  | "operation.refused"
  | "operation.later"
  | "s3.parameter_unsupported"
  | "transfer_coding.unsupported"
  | "signature.sigv4a"
  | "capability.missing"
  | "setting.not_kept"
  | "backend.not_implemented"
  | "quota.bucket"
  | "quota.user"
  | "quota.group"
  | "quota.credential"
  | "backend.auth_failed"
  | "backend.permission"
  | "backend.rejected"
  | "backend.corrupted"
  | "copy.differs"
  | "backend.clock"
  | "backend.misconfigured"
  | "backend.region"
  | "backend.addressing"
  | "backend.rate_limited"
  | "backend.transient"
  | "backend.timeout"
  | "backend.unreachable"
  | "backend.tls"
  | "backend.dns"
  | "backend.disabled"
  | "backend.gone"
  | "backend.object_gone"
  | "mode.maintenance"
  | "mode.draining"
  | "bug"
  | "db.locked"
  | "disk.full"
  | "s3.no_public_url";

/** The params of each code. */
export interface ErrorParams {
  bad_request: Record<string, never>;
  invalid_request: Record<string, never>;
  invalid_bucket: { value: string };
  invalid_bucket_name: { value: string };
  invalid_key: Record<string, never>;
  invalid_prefix: Record<string, never>;
  invalid_tag: Record<string, never>;
  too_many_tags: Record<string, never>;
  too_many_keys: { limit: number };
  invalid_metadata: Record<string, never>;
  invalid_cors: Record<string, never>;
  invalid_policy: Record<string, never>;
  invalid_lifecycle: Record<string, never>;
  invalid_quota: Record<string, never>;
  bad_range: Record<string, never>;
  length_required: Record<string, never>;
  unauthorized: Record<string, never>;
  invalid_credentials: Record<string, never>;
  account_locked: Record<string, never>;
  password_change_required: Record<string, never>;
  password_required: Record<string, never>;
  password_mismatch: Record<string, never>;
  weak_password: Record<string, never>;
  mode_disabled: Record<string, never>;
  oidc_failed: Record<string, never>;
  session_error: Record<string, never>;
  csrf_invalid: Record<string, never>;
  source_untrusted: Record<string, never>;
  forbidden: Record<string, never>;
  feature_disabled: Record<string, never>;
  not_yet_active: Record<string, never>;
  ip_denied: Record<string, never>;
  not_found: Record<string, never>;
  method_not_allowed: { method: string };
  conflict: Record<string, never>;
  object_exists: Record<string, never>;
  precondition_failed: Record<string, never>;
  username_taken: Record<string, never>;
  email_taken: Record<string, never>;
  id_taken: Record<string, never>;
  last_admin: Record<string, never>;
  self_delete: Record<string, never>;
  self_role_change: Record<string, never>;
  static_user: Record<string, never>;
  not_local: Record<string, never>;
  yaml_managed: { kind: string; id: string; file: string; line: number };
  k8s_managed: { kind: string; id: string; file: string; line: number };
  register_failed: Record<string, never>;
  expired: Record<string, never>;
  revoked: Record<string, never>;
  exhausted: Record<string, never>;
  too_large: { limit: number };
  type_not_allowed: { allowed: string };
  rate_limited: Record<string, never>;
  not_supported: Record<string, never>;
  size_tracking_disabled: Record<string, never>;
  quota_exceeded: Record<string, never>;
  backend_error: Record<string, never>;
  maintenance: Record<string, never>;
  internal: Record<string, never>;
  store_unavailable: Record<string, never>;
  secret_key_unset: Record<string, never>;
  s3_proxy_disabled: Record<string, never>;
}

/** The params of each reason, its code's included. */
export interface ReasonParams {
  "json.invalid": { problem: string };
  "http.malformed": { problem: string };
  "field.missing": { field: string };
  "field.invalid": { field: string; problem: string };
  "form.invalid": { problem: string };
  "backend.id_invalid": { value: string };
  "backend.endpoint_invalid": { value: string };
  "backend.id_reserved": { value: string };
  "backend.key_missing": Record<string, never>;
  "share.too_long": { max_days: string };
  "share.password_needed": Record<string, never>;
  "backend.type_unknown": { value: string };
  "csv.invalid": { problem: string };
  "csv.too_long": { limit: number };
  "cursor.invalid": Record<string, never>;
  "source.host_invalid": Record<string, never>;
  "s3.uri_invalid": Record<string, never>;
  "s3.selector_conflict": { first: string; second: string };
  "s3.parameter_repeated": { parameter: string };
  "s3.argument_invalid": { argument: string };
  "s3.header_unsupported": { header: string; operation: string };
  "s3.customer_key_in_clear": Record<string, never>;
  "s3.xml_malformed": Record<string, never>;
  "s3.digest_invalid": Record<string, never>;
  "s3.digest_mismatch": { algorithm: string };
  "s3.payload_hash_mismatch": Record<string, never>;
  "s3.body_incomplete": Record<string, never>;
  "s3.trailer_malformed": Record<string, never>;
  "s3.key_too_long": Record<string, never>;
  "s3.metadata_too_large": Record<string, never>;
  "s3.authorization_malformed": { problem: string };
  "s3.query_auth_malformed": { problem: string };
  "s3.sigv2_refused": { problem: string };
  "s3.content_hash_missing": Record<string, never>;
  "s3.anonymous_override": Record<string, never>;
  "s3.body_unexpected": { operation: string };
  "s3.auth_twice": Record<string, never>;
  "s3.head_malformed": { problem: string };
  "s3.head_too_large": { limit: number };
  "s3.request_timeout": Record<string, never>;
  "s3.too_many_keys": Record<string, never>;
  "s3.copy_source_invalid": Record<string, never>;
  "s3.copy_too_large": { limit: number };
  "form.malformed": { problem: string };
  "form.too_small": Record<string, never>;
  "field.rejected": { field: string; problem: string };
  "key.length": { limit: number; size_bytes: number };
  "key.control_character": Record<string, never>;
  "key.dot_segment": Record<string, never>;
  "prefix.no_slash": Record<string, never>;
  "prefix.empty": Record<string, never>;
  "prefix.malformed": { limit: number };
  "tags.bucket": { limit: number };
  "rule.rejected": { rule: string; problem: string };
  "rules.too_many": { limit: number };
  "policy.malformed": { problem: string };
  "policy.refused": { upstream_code: string };
  "lifecycle.rule": { rule: string; problem: string };
  "lifecycle.refused": { upstream_code: string };
  "range.malformed": Record<string, never>;
  "range.unsatisfiable": { size_bytes: number };
  "session.expired": Record<string, never>;
  "session.unknown": Record<string, never>;
  "session.revoked": Record<string, never>;
  "session.pending": Record<string, never>;
  "token.unknown": Record<string, never>;
  "token.expired": Record<string, never>;
  "s3.unsigned": Record<string, never>;
  "s3.headers_unsigned": { headers: string };
  "s3.date_missing": Record<string, never>;
  "s3.presign_expired": Record<string, never>;
  "s3.presign_early": Record<string, never>;
  "s3.time_skewed": Record<string, never>;
  "s3.token_expired": Record<string, never>;
  "s3.token_invalid": Record<string, never>;
  "credential.unknown": Record<string, never>;
  "signature.mismatch": { difference: string };
  "signature.chunk_mismatch": Record<string, never>;
  "password.length": { limit: number };
  "password.too_long": { limit: number };
  "password.guessable": Record<string, never>;
  "password.reused": Record<string, never>;
  "oidc.discovery_failed": Record<string, never>;
  "oidc.misconfigured": { problem: string };
  "oidc.denied": Record<string, never>;
  "oidc.provider_error": Record<string, never>;
  "oidc.state_expired": Record<string, never>;
  "oidc.code_missing": Record<string, never>;
  "oidc.issuer_mismatch": Record<string, never>;
  "oidc.token_exchange_failed": Record<string, never>;
  "oidc.token_invalid": Record<string, never>;
  "oidc.nonce_mismatch": Record<string, never>;
  "oidc.userinfo_failed": Record<string, never>;
  "oidc.no_role": Record<string, never>;
  "oidc.account_disabled": Record<string, never>;
  "oidc.email_unverified": Record<string, never>;
  "oidc.email_taken": Record<string, never>;
  "oidc.name_taken": Record<string, never>;
  "oidc.already_linked": Record<string, never>;
  "oidc.logout_token_invalid": Record<string, never>;
  "csrf.header_missing": Record<string, never>;
  "csrf.mismatch": Record<string, never>;
  "source.origin": Record<string, never>;
  "source.site": Record<string, never>;
  "source.destination": Record<string, never>;
  "grant.missing": { action: string; levels: string[] };
  "role.readonly": Record<string, never>;
  "admin.required": Record<string, never>;
  "token.scope": Record<string, never>;
  "token.session_required": Record<string, never>;
  "owner.missing_right": Record<string, never>;
  "bucket.out_of_scope": Record<string, never>;
  "credential.not_yet_valid": Record<string, never>;
  "object.append_only": Record<string, never>;
  "cors.refused": Record<string, never>;
  "form.policy_expired": Record<string, never>;
  "form.policy_violated": { problem: string };
  "share.role": Record<string, never>;
  "share.kind": { kind: string };
  "acl.not_private": Record<string, never>;
  "feature.shares": Record<string, never>;
  "share.starts_later": { starts_at: string };
  "ip.credential": Record<string, never>;
  "route.unknown": Record<string, never>;
  "backend.unknown": Record<string, never>;
  "bucket.not_found": Record<string, never>;
  "object.not_found": Record<string, never>;
  "version.not_found": Record<string, never>;
  "upload.not_found": Record<string, never>;
  "user.not_found": Record<string, never>;
  "session.not_found": Record<string, never>;
  "token.not_found": Record<string, never>;
  "credential.not_found": Record<string, never>;
  "share.not_found": Record<string, never>;
  "binding.not_found": Record<string, never>;
  "alias.not_found": Record<string, never>;
  "group.not_found": Record<string, never>;
  "grant.not_found": Record<string, never>;
  "job.not_found": Record<string, never>;
  "ticket.not_found": Record<string, never>;
  "request.not_found": Record<string, never>;
  "cors.not_configured": Record<string, never>;
  "bucket.not_empty": Record<string, never>;
  "bucket.exists": Record<string, never>;
  "bucket.owned_by_you": Record<string, never>;
  "backend.refused": Record<string, never>;
  "name.in_use": { name: string; place: string };
  "group.exists": Record<string, never>;
  "config.rejected": { problem: string };
  "plan.destroys": { steps: string };
  "plan.stale": Record<string, never>;
  "job.not_over": Record<string, never>;
  "job.nothing_failed": Record<string, never>;
  "body.limit": { limit: number };
  "part.limit": { limit: number };
  "share.limit": { limit: number };
  "form.too_large": { limit: number };
  "object.content_type": { allowed: string };
  "rate.session": Record<string, never>;
  "rate.address": Record<string, never>;
  "rate.key": Record<string, never>;
  "rate.everybody": Record<string, never>;
  "rate.upstream_pool": Record<string, never>;
  "rate.connections": Record<string, never>;
  "rate.jobs": Record<string, never>;
  "rate.sign_in": Record<string, never>;
  "rate.busy_key": Record<string, never>;
  "operation.unknown": Record<string, never>;
  "operation.refused": { operation: string };
  "operation.later": { operation: string };
  "s3.parameter_unsupported": { parameter: string; operation: string };
  "transfer_coding.unsupported": Record<string, never>;
  "signature.sigv4a": Record<string, never>;
  "capability.missing": { capability: string };
  "setting.not_kept": { setting: string };
  "backend.not_implemented": Record<string, never>;
  "quota.bucket": { limit: number; used: number };
  "quota.user": { limit: number; used: number };
  "quota.group": { limit: number; used: number };
  "quota.credential": { limit: number; used: number };
  "backend.auth_failed": Record<string, never>;
  "backend.permission": Record<string, never>;
  "backend.rejected": Record<string, never>;
  "backend.corrupted": Record<string, never>;
  "copy.differs": Record<string, never>;
  "backend.clock": Record<string, never>;
  "backend.misconfigured": Record<string, never>;
  "backend.region": Record<string, never>;
  "backend.addressing": Record<string, never>;
  "backend.rate_limited": Record<string, never>;
  "backend.transient": Record<string, never>;
  "backend.timeout": Record<string, never>;
  "backend.unreachable": Record<string, never>;
  "backend.tls": Record<string, never>;
  "backend.dns": Record<string, never>;
  "backend.disabled": Record<string, never>;
  "backend.gone": Record<string, never>;
  "backend.object_gone": Record<string, never>;
  "mode.maintenance": Record<string, never>;
  "mode.draining": Record<string, never>;
  "bug": Record<string, never>;
  "db.locked": Record<string, never>;
  "disk.full": Record<string, never>;
  "s3.no_public_url": Record<string, never>;
}

/** English texts; `{name}` places are filled from `params`. */
export interface ErrorText {
  readonly status: number;
  readonly title: string;
  readonly message: string;
  readonly cure: string;
  readonly retryable: boolean;
}

export const errorTexts: Readonly<Record<ErrorCode, ErrorText>> = {
  bad_request: {
    status: 400,
    title: "Request not understood",
    message: "The request is malformed.",
    cure: "Correct the request as the message says and send it again.",
    retryable: false,
  },
  invalid_request: {
    status: 400,
    title: "Not allowed like this",
    message: "A value of the request is not allowed.",
    cure: "Correct the value that the message names.",
    retryable: false,
  },
  invalid_bucket: {
    status: 400,
    title: "Bucket name not valid",
    message: "{value} is no bucket name.",
    cure: "Use 3 to 63 of a-z, 0-9, - and .; a letter or digit at both ends.",
    retryable: false,
  },
  invalid_bucket_name: {
    status: 400,
    title: "Bucket name not valid",
    message: "{value} is no bucket name.",
    cure: "Use 3 to 63 of a-z, 0-9, - and .; a letter or digit at both ends.",
    retryable: false,
  },
  invalid_key: {
    status: 400,
    title: "Key not valid",
    message: "The object key is not valid.",
    cure: "Choose another name for the object.",
    retryable: false,
  },
  invalid_prefix: {
    status: 400,
    title: "Prefix not valid",
    message: "The prefix is not valid.",
    cure: "Give a prefix that ends with a slash and holds no `..`.",
    retryable: false,
  },
  invalid_tag: {
    status: 400,
    title: "Tag not valid",
    message: "A tag key has 1 to 128 bytes, a value at most 256.",
    cure: "Shorten the tag.",
    retryable: false,
  },
  too_many_tags: {
    status: 400,
    title: "Too many tags",
    message: "An object carries at most 10 tags.",
    cure: "Remove some tags.",
    retryable: false,
  },
  too_many_keys: {
    status: 400,
    title: "Too many keys",
    message: "At most {limit} keys at once.",
    cure: "Split the request.",
    retryable: false,
  },
  invalid_metadata: {
    status: 400,
    title: "Metadata not valid",
    message: "The metadata is not valid.",
    cure: "Give names and values without control characters, 2 KiB in all.",
    retryable: false,
  },
  invalid_cors: {
    status: 400,
    title: "CORS rule not valid",
    message: "A CORS rule is not valid.",
    cure: "Give each rule an origin and one of GET, PUT, POST, DELETE, HEAD.",
    retryable: false,
  },
  invalid_policy: {
    status: 400,
    title: "Policy not valid",
    message: "The policy is not valid JSON or was refused.",
    cure: "Correct the policy.",
    retryable: false,
  },
  invalid_lifecycle: {
    status: 400,
    title: "Lifecycle rule not valid",
    message: "A lifecycle rule is not valid.",
    cure: "Give each rule at least one action.",
    retryable: false,
  },
  invalid_quota: {
    status: 400,
    title: "Quota not valid",
    message: "The limits are not valid.",
    cure: "Give a soft limit no larger than the hard one, at least one above 0.",
    retryable: false,
  },
  bad_range: {
    status: 416,
    title: "Range not satisfiable",
    message: "The range lies outside the object.",
    cure: "Ask for a range within the object's size.",
    retryable: false,
  },
  length_required: {
    status: 411,
    title: "Length required",
    message: "The request must declare its length.",
    cure: "Send a Content-Length (or x-amz-decoded-content-length for a framed body).",
    retryable: false,
  },
  unauthorized: {
    status: 401,
    title: "Not signed in",
    message: "Sign in to go on.",
    cure: "Sign in again.",
    retryable: false,
  },
  invalid_credentials: {
    status: 401,
    title: "Not recognised",
    message: "The user name or password is wrong.",
    cure: "Check both and try again.",
    retryable: false,
  },
  account_locked: {
    status: 429,
    title: "Account locked",
    message: "Too many wrong passwords; the account is locked.",
    cure: "Wait, or ask an administrator to unlock it.",
    retryable: true,
  },
  password_change_required: {
    status: 403,
    title: "Password change required",
    message: "Change your password before you go on.",
    cure: "Choose a new password.",
    retryable: false,
  },
  password_required: {
    status: 401,
    title: "Password required",
    message: "This share asks for a password.",
    cure: "Enter the password you were given.",
    retryable: false,
  },
  password_mismatch: {
    status: 401,
    title: "Wrong password",
    message: "The password is wrong.",
    cure: "Enter the current password.",
    retryable: false,
  },
  weak_password: {
    status: 400,
    title: "Password too weak",
    message: "The password does not meet the policy.",
    cure: "Choose a longer or less common password.",
    retryable: false,
  },
  mode_disabled: {
    status: 403,
    title: "Sign-in mode off",
    message: "This way of signing in is switched off.",
    cure: "Use another way of signing in.",
    retryable: false,
  },
  oidc_failed: {
    status: 400,
    title: "Single sign-on failed",
    message: "Single sign-on failed.",
    cure: "Try again; if it fails again, ask your administrator.",
    retryable: false,
  },
  session_error: {
    status: 500,
    title: "Session not stored",
    message: "The session could not be stored.",
    cure: "Try again in a moment.",
    retryable: true,
  },
  csrf_invalid: {
    status: 403,
    title: "Request not confirmed",
    message: "The CSRF token is missing or wrong.",
    cure: "Reload the page and try again.",
    retryable: false,
  },
  source_untrusted: {
    status: 403,
    title: "Foreign origin",
    message: "The request comes from another site.",
    cure: "Open the dashboard itself and try there.",
    retryable: false,
  },
  forbidden: {
    status: 403,
    title: "Not allowed",
    message: "You may not do this.",
    cure: "Ask an administrator for access.",
    retryable: false,
  },
  feature_disabled: {
    status: 403,
    title: "Switched off",
    message: "This feature is switched off.",
    cure: "Ask an administrator to switch it on.",
    retryable: false,
  },
  not_yet_active: {
    status: 403,
    title: "Not yet",
    message: "This share is not open yet.",
    cure: "Come back when it is.",
    retryable: true,
  },
  ip_denied: {
    status: 403,
    title: "Address not allowed",
    message: "Your address is not allowed here.",
    cure: "Use an allowed network.",
    retryable: false,
  },
  not_found: {
    status: 404,
    title: "Not found",
    message: "There is no such thing.",
    cure: "Check the address; it may have been deleted.",
    retryable: false,
  },
  method_not_allowed: {
    status: 405,
    title: "Method not allowed",
    message: "This address does not answer {method}.",
    cure: "Use one of the methods in the Allow header.",
    retryable: false,
  },
  conflict: {
    status: 409,
    title: "Conflict",
    message: "The change conflicts with the present state.",
    cure: "Look at the present state and decide again.",
    retryable: false,
  },
  object_exists: {
    status: 409,
    title: "Object exists",
    message: "An object with this key exists already.",
    cure: "Choose another name, or replace it.",
    retryable: false,
  },
  precondition_failed: {
    status: 412,
    title: "Changed meanwhile",
    message: "The object changed meanwhile.",
    cure: "Load it again and decide.",
    retryable: false,
  },
  username_taken: {
    status: 409,
    title: "Name taken",
    message: "A user of this name exists already.",
    cure: "Choose another name.",
    retryable: false,
  },
  email_taken: {
    status: 409,
    title: "E-mail taken",
    message: "A user with this e-mail exists already.",
    cure: "Use another address.",
    retryable: false,
  },
  id_taken: {
    status: 409,
    title: "Id taken",
    message: "A backend with this id exists already.",
    cure: "Choose another id.",
    retryable: false,
  },
  last_admin: {
    status: 409,
    title: "Last administrator",
    message: "This is the last enabled administrator.",
    cure: "Make somebody else an administrator first.",
    retryable: false,
  },
  self_delete: {
    status: 403,
    title: "Not yourself",
    message: "You cannot delete yourself.",
    cure: "Ask another administrator.",
    retryable: false,
  },
  self_role_change: {
    status: 403,
    title: "Not your own role",
    message: "You cannot change your own role.",
    cure: "Ask another administrator.",
    retryable: false,
  },
  static_user: {
    status: 403,
    title: "Static account",
    message: "The static account is managed in the configuration.",
    cure: "Change it there.",
    retryable: false,
  },
  not_local: {
    status: 400,
    title: "Not a local account",
    message: "The password of this account is kept elsewhere.",
    cure: "Change it at your identity provider.",
    retryable: false,
  },
  yaml_managed: {
    status: 409,
    title: "Managed in YAML",
    message: "{kind} {id} is declared in {file}:{line}.",
    cure: "Change it in that file and apply.",
    retryable: false,
  },
  k8s_managed: {
    status: 409,
    title: "Managed by Kubernetes",
    message: "{kind} {id} is declared in {file}:{line}, which Kubernetes mounts.",
    cure: "Change the ConfigMap or Secret that the file comes from; what is written in the container does not last.",
    retryable: false,
  },
  register_failed: {
    status: 409,
    title: "Backend not registered",
    message: "The backend was not registered because its id is live already.",
    cure: "Choose another id.",
    retryable: false,
  },
  expired: {
    status: 410,
    title: "Expired",
    message: "This share has expired.",
    cure: "Ask its owner for a new link.",
    retryable: false,
  },
  revoked: {
    status: 410,
    title: "Revoked",
    message: "This share was revoked.",
    cure: "Ask its owner for a new link.",
    retryable: false,
  },
  exhausted: {
    status: 410,
    title: "Used up",
    message: "This share has no downloads left.",
    cure: "Ask its owner for a new link.",
    retryable: false,
  },
  too_large: {
    status: 413,
    title: "Too large",
    message: "The body is larger than {limit} bytes.",
    cure: "Send less, or upload in parts.",
    retryable: false,
  },
  type_not_allowed: {
    status: 415,
    title: "Type not allowed",
    message: "Files of this type are not taken here, only {allowed}.",
    cure: "Send a file of another type.",
    retryable: false,
  },
  rate_limited: {
    status: 429,
    title: "Too many requests",
    message: "Too many requests.",
    cure: "Wait as long as Retry-After says.",
    retryable: true,
  },
  not_supported: {
    status: 400,
    title: "Not supported",
    message: "The backend does not support this.",
    cure: "Use another backend, or do without.",
    retryable: false,
  },
  size_tracking_disabled: {
    status: 400,
    title: "Size tracking off",
    message: "Size tracking is off for this bucket.",
    cure: "Ask an administrator to switch it on.",
    retryable: false,
  },
  quota_exceeded: {
    status: 507,
    title: "Quota exceeded",
    message: "A quota leaves no room for this.",
    cure: "Delete something, or ask for a larger quota.",
    retryable: false,
  },
  backend_error: {
    status: 502,
    title: "Backend failed",
    message: "The backend failed or did not answer.",
    cure: "Try again; if it goes on, look at the backend's health.",
    retryable: false,
  },
  maintenance: {
    status: 503,
    title: "Maintenance",
    message: "The backend is under maintenance.",
    cure: "Try again later.",
    retryable: true,
  },
  internal: {
    status: 500,
    title: "Internal error",
    message: "Something went wrong on our side.",
    cure: "Try again; report the request id if it goes on.",
    retryable: false,
  },
  store_unavailable: {
    status: 503,
    title: "Store unavailable",
    message: "The database does not answer.",
    cure: "Try again in a moment.",
    retryable: true,
  },
  secret_key_unset: {
    status: 503,
    title: "Sealing key missing",
    message: "No sealing key is set, so secrets cannot be stored.",
    cure: "Set STOWAGE_SECRET_KEY or server.secret_key_file and restart.",
    retryable: false,
  },
  s3_proxy_disabled: {
    status: 503,
    title: "S3 proxy off",
    message: "The S3 proxy is switched off.",
    cure: "Set s3_proxy.enabled and restart.",
    retryable: false,
  },
};

/** The sentence of each reason; it replaces its code's. */
export const reasonMessages: Readonly<Record<ErrorReason, string>> = {
  "json.invalid": "The body is not valid JSON: {problem}.",
  "http.malformed": "The request could not be read: {problem}.",
  "field.missing": "{field} is required.",
  "field.invalid": "{field} is not valid: {problem}.",
  "form.invalid": "The form could not be read: {problem}.",
  "backend.id_invalid": "{value} is no backend id: use 1 to 64 of a-z, 0-9, - and _, starting with a letter or digit.",
  "backend.endpoint_invalid": "{value} is no endpoint: give http:// or https://, a host and at most a port.",
  "backend.id_reserved": "The id {value} is reserved.",
  "backend.key_missing": "An access key and a secret key are required.",
  "share.too_long": "A share lasts at most {max_days} days here.",
  "share.password_needed": "A share needs a password here.",
  "backend.type_unknown": "{value} is no backend type: use s3v4.",
  "csv.invalid": "The CSV could not be read: {problem}.",
  "csv.too_long": "A file holds at most {limit} users.",
  "cursor.invalid": "The cursor is not one that this server made.",
  "source.host_invalid": "The Host header is missing, repeated or malformed.",
  "s3.uri_invalid": "The request URI is not valid.",
  "s3.selector_conflict": "The request names two sub-resources, {first} and {second}; send one.",
  "s3.parameter_repeated": "The query parameter {parameter} stands there twice.",
  "s3.argument_invalid": "The value of {argument} is not valid.",
  "s3.header_unsupported": "The header {header} is not supported for {operation}.",
  "s3.customer_key_in_clear": "A customer's encryption key travels over TLS alone, to us and to the backend.",
  "s3.xml_malformed": "The XML in the body is not well-formed or not what the operation wants.",
  "s3.digest_invalid": "The Content-MD5 or checksum header is not valid.",
  "s3.digest_mismatch": "The {algorithm} checksum does not match the body that arrived.",
  "s3.payload_hash_mismatch": "The body is not the one whose SHA-256 the request declared.",
  "s3.body_incomplete": "The body ended before its declared length, or its framing is broken.",
  "s3.trailer_malformed": "The trailer is missing, malformed or not the announced one.",
  "s3.key_too_long": "The key is longer than 1024 bytes.",
  "s3.metadata_too_large": "The user metadata is larger than 2 KiB.",
  "s3.authorization_malformed": "The Authorization header is malformed: {problem}.",
  "s3.query_auth_malformed": "The query's authentication parameters are malformed: {problem}.",
  "s3.sigv2_refused": "Signature version 2 is refused here: {problem}.",
  "s3.content_hash_missing": "x-amz-content-sha256 is missing; a signed request must declare its body.",
  "s3.anonymous_override": "Response headers are overridden for signed requests only.",
  "s3.body_unexpected": "{operation} takes no body.",
  "s3.auth_twice": "Send either an Authorization header or query authentication, not both.",
  "s3.head_malformed": "The HTTP request head is malformed: {problem}.",
  "s3.head_too_large": "The HTTP request head is larger than {limit} bytes.",
  "s3.request_timeout": "The request head or body did not arrive in time.",
  "s3.too_many_keys": "A multi-object delete names 1 to 1000 keys.",
  "s3.copy_source_invalid": "x-amz-copy-source is not a bucket and key.",
  "s3.copy_too_large": "The copy source is larger than {limit} bytes; copy it in parts.",
  "form.malformed": "The form is not valid: {problem}.",
  "form.too_small": "The file is smaller than the policy of the form allows.",
  "field.rejected": "{field}: {problem}.",
  "key.length": "A key has 1 to {limit} bytes; this one has {size_bytes}.",
  "key.control_character": "A key holds no control characters.",
  "key.dot_segment": "A key has no `..` between its slashes.",
  "prefix.no_slash": "A prefix ends with a slash.",
  "prefix.empty": "A prefix is required here; to empty a bucket, say so.",
  "prefix.malformed": "A prefix has no control characters, no `..` between its slashes, and at most {limit} bytes.",
  "tags.bucket": "A bucket carries at most {limit} tags.",
  "rule.rejected": "Rule {rule}: {problem}.",
  "rules.too_many": "At most {limit} rules.",
  "policy.malformed": "The policy is not valid: {problem}.",
  "policy.refused": "The backend refused the policy ({upstream_code}).",
  "lifecycle.rule": "Rule {rule}: {problem}.",
  "lifecycle.refused": "The backend refused the rules ({upstream_code}).",
  "range.malformed": "The Range header is malformed.",
  "range.unsatisfiable": "The range lies outside the {size_bytes} bytes there are.",
  "session.expired": "Your session has ended.",
  "session.unknown": "Your session is not known here.",
  "session.revoked": "Your session was ended.",
  "session.pending": "Your sign-in is not complete.",
  "token.unknown": "The API token is not known here, or was revoked.",
  "token.expired": "The API token has expired.",
  "s3.unsigned": "The request carries no credentials.",
  "s3.headers_unsigned": "These headers must be signed: {headers}.",
  "s3.date_missing": "A signed request needs a valid x-amz-date or Date header.",
  "s3.presign_expired": "The presigned URL has expired.",
  "s3.presign_early": "The presigned URL is not valid yet.",
  "s3.time_skewed": "The request's time differs too much from the server's.",
  "s3.token_expired": "The temporary credential has expired.",
  "s3.token_invalid": "The session token does not belong to this key.",
  "credential.unknown": "The access key id is not known here, or no longer valid.",
  "signature.mismatch": "The signature does not match: {difference}.",
  "signature.chunk_mismatch": "The signature of a chunk or trailer does not match.",
  "password.length": "A password has at least {limit} characters.",
  "password.too_long": "A password has at most {limit} characters.",
  "password.guessable": "The password is too easy to guess.",
  "password.reused": "The new password equals the current one.",
  "oidc.discovery_failed": "The identity provider does not answer.",
  "oidc.misconfigured": "Single sign-on is not set up correctly: {problem}.",
  "oidc.denied": "The identity provider did not let you in.",
  "oidc.provider_error": "The identity provider refused the sign-in.",
  "oidc.state_expired": "The sign-in took too long, or was begun in another browser.",
  "oidc.code_missing": "The identity provider sent no code.",
  "oidc.issuer_mismatch": "The answer came from another identity provider.",
  "oidc.token_exchange_failed": "The identity provider did not accept its own code.",
  "oidc.token_invalid": "What the identity provider signed is not valid.",
  "oidc.nonce_mismatch": "The answer belongs to another sign-in.",
  "oidc.userinfo_failed": "The identity provider does not say who you are.",
  "oidc.no_role": "Nobody has given your account a role here.",
  "oidc.account_disabled": "Your account here is disabled.",
  "oidc.email_unverified": "An account here has your e-mail, which the identity provider has not verified.",
  "oidc.email_taken": "A local account here has your e-mail already.",
  "oidc.name_taken": "Another account here has your name already.",
  "oidc.already_linked": "The account with your e-mail belongs to somebody else there.",
  "oidc.logout_token_invalid": "This is no logout token for us.",
  "csrf.header_missing": "The X-CSRF-Token header is missing.",
  "csrf.mismatch": "The X-CSRF-Token header is not this session's.",
  "source.origin": "The Origin header names another site.",
  "source.site": "The browser says the request is cross-site.",
  "source.destination": "A stored object is never a script, style or frame.",
  "grant.missing": "No grant allows this: {action} needs {levels}.",
  "role.readonly": "The role readonly may only list and read.",
  "admin.required": "Only an administrator may do this.",
  "token.scope": "The scopes of the API token do not reach this.",
  "token.session_required": "This needs a browser's session, not an API token.",
  "owner.missing_right": "The owner of this credential may not do this (any more).",
  "bucket.out_of_scope": "The credential has no scope on this bucket.",
  "credential.not_yet_valid": "The credential is not valid yet.",
  "object.append_only": "The credential may add objects but not replace one that exists.",
  "cors.refused": "No CORS rule of the bucket allows this.",
  "form.policy_expired": "The policy of the form has expired.",
  "form.policy_violated": "The policy does not allow this form: {problem}.",
  "share.role": "Your role may not share.",
  "share.kind": "Sharing of this kind ({kind}) is not allowed here.",
  "acl.not_private": "Granting access through ACL headers needs the level configure.",
  "feature.shares": "Sharing is switched off.",
  "share.starts_later": "This share opens at {starts_at}.",
  "ip.credential": "The credential may not be used from this address.",
  "route.unknown": "There is nothing at this address.",
  "backend.unknown": "There is no such backend.",
  "bucket.not_found": "There is no such bucket.",
  "object.not_found": "There is no such object.",
  "version.not_found": "There is no such version.",
  "upload.not_found": "There is no such upload.",
  "user.not_found": "There is no such user.",
  "session.not_found": "There is no such session.",
  "token.not_found": "There is no such API token.",
  "credential.not_found": "There is no such credential.",
  "share.not_found": "There is no such share.",
  "binding.not_found": "The bucket is not open to strangers.",
  "alias.not_found": "There is no such alias.",
  "group.not_found": "There is no such group.",
  "grant.not_found": "There is no such grant.",
  "job.not_found": "There is no such job.",
  "ticket.not_found": "The download link was used already, or is too old.",
  "request.not_found": "No audit row has this request id.",
  "cors.not_configured": "The bucket has no CORS rules.",
  "bucket.not_empty": "The bucket is not empty.",
  "bucket.exists": "The bucket exists already.",
  "bucket.owned_by_you": "The bucket exists already and is yours.",
  "backend.refused": "The backend refused the change as a conflict.",
  "name.in_use": "The name {name} leads to {place} already, and a name leads to one place only.",
  "group.exists": "A group of this name exists already.",
  "config.rejected": "The configuration cannot be used, so nothing has changed: {problem}.",
  "plan.destroys": "Steps of this plan destroy something: {steps}. Say --allow-destroy to run them.",
  "plan.stale": "Something has changed since this plan was made.",
  "job.not_over": "The job is not over yet.",
  "job.nothing_failed": "Nothing failed in this job.",
  "body.limit": "The body is larger than {limit} bytes.",
  "part.limit": "A part is larger than {limit} bytes.",
  "share.limit": "The share takes {limit} bytes in all.",
  "form.too_large": "The file is larger than {limit} bytes.",
  "object.content_type": "Files of this type are not taken here, only {allowed}.",
  "rate.session": "Too many requests in this session.",
  "rate.address": "Too many requests from your address.",
  "rate.key": "Too many requests with this credential.",
  "rate.everybody": "Too many requests from everybody together.",
  "rate.upstream_pool": "All connections to the backend are busy.",
  "rate.connections": "The server has no room for another connection.",
  "rate.jobs": "You have too many jobs waiting or running.",
  "rate.sign_in": "Too many people are signing in at this moment.",
  "rate.busy_key": "Another write to this key is under way.",
  "operation.unknown": "There is no such S3 operation.",
  "operation.refused": "{operation} is never served here.",
  "operation.later": "{operation} is not supported yet.",
  "s3.parameter_unsupported": "The query parameter {parameter} is not supported for {operation}.",
  "transfer_coding.unsupported": "Only the transfer coding `chunked` is supported.",
  "signature.sigv4a": "SigV4A signatures are not supported.",
  "capability.missing": "The backend has no {capability}.",
  "setting.not_kept": "The backend took the {setting} but did not keep it.",
  "backend.not_implemented": "The backend does not implement this.",
  "quota.bucket": "The bucket's quota of {limit} bytes leaves no room for this.",
  "quota.user": "The user's quota of {limit} bytes leaves no room for this.",
  "quota.group": "The group's quota of {limit} bytes leaves no room for this.",
  "quota.credential": "The credential's quota of {limit} bytes leaves no room for this.",
  "backend.auth_failed": "The backend refused our credentials.",
  "backend.permission": "The backend refused us this operation.",
  "backend.rejected": "The backend refused the request.",
  "backend.corrupted": "The backend stored other bytes than it was sent.",
  "copy.differs": "The copy is not what the source is; the source was left alone.",
  "backend.clock": "Our clock and the backend's differ too much.",
  "backend.misconfigured": "The backend is not set up correctly.",
  "backend.region": "The backend wants signatures for another region.",
  "backend.addressing": "Buckets are not found under this addressing style.",
  "backend.rate_limited": "The backend is busy.",
  "backend.transient": "The backend failed for the moment.",
  "backend.timeout": "The backend did not answer in time.",
  "backend.unreachable": "The backend cannot be reached.",
  "backend.tls": "The TLS connection to the backend failed.",
  "backend.dns": "The backend's host name was not found.",
  "backend.disabled": "The backend is switched off.",
  "backend.gone": "The backend is not configured any more.",
  "backend.object_gone": "What was shared is not there any more.",
  "mode.maintenance": "The backend is under maintenance.",
  "mode.draining": "The server is shutting down.",
  "bug": "Something went wrong on our side.",
  "db.locked": "The database is busy.",
  "disk.full": "There is no room on our own disk.",
  "s3.no_public_url": "The S3 endpoint's address for clients is not known: set s3_proxy.public_url.",
};

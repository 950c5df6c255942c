/** Takes the API key out of an environment, so that no child process is started with it; gives it, if it was there. */
export function takeEnvironmentKey(environment: NodeJS.ProcessEnv): string | undefined {
  const key = environment["ANTHROPIC_API_KEY"]?.trim();
  delete environment["ANTHROPIC_API_KEY"];
  return key === undefined || key === "" ? undefined : key;
}

namespace OnnxInit.Tests.Browser;

/// <summary>Node.js with npm; tests that need it are skipped where there is none, unless CI is "true".</summary>
internal static class NodeJs
{
    private static readonly string[] Folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Skips the test, or fails it, where a program is missing.</summary>
    public static void Require()
    {
        string[] missing = [.. ((string[])["node", "npm"]).Where(name => !Folders.Any(folder => File.Exists(Path.Combine(folder, name))))];
        if (missing.Length > 0)
        {
            string absence = $"There is no {string.Join(" and no ", missing)}: apt-get install nodejs npm.";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", absence);
            throw new InvalidOperationException(absence);
        }
    }
}

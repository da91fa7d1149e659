namespace OnnxInit.Contracts.Files;

/// <summary>
/// Where downloads are kept between runs: <c>$XDG_CACHE_HOME/onnxinit</c>, else <c>~/.cache/onnxinit</c> on Linux and macOS and
/// <c>%LOCALAPPDATA%\onnxinit</c> on Windows.
/// </summary>
/// <remarks>Source: the XDG Base Directory Specification, which has a relative XDG_CACHE_HOME ignored.</remarks>
public static class CacheFolder
{
    private const string Name = "onnxinit";

    /// <summary>The folder's path; it may not exist yet.</summary>
    public static string Default => Find(Environment.GetEnvironmentVariable("XDG_CACHE_HOME"));

    internal static string Find(string? cacheHome) => Path.Combine(
        Path.IsPathFullyQualified(cacheHome ?? "") ? cacheHome!
            : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        Name);
}

using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Files;

namespace OnnxInit.Cli.Playground;

/// <summary>A package that the user's npm fetches once, and that is kept as it came.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The one version that is taken.</param>
/// <param name="Integrity">SHA-512 of the archive in base64, as npm's <c>dist.integrity</c> says it.</param>
internal sealed record NpmPackage(string Name, string Version, string Integrity)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Where archives are kept. Default: the user's cache.</summary>
    public string Cache { get; init; } = CacheFolder.Default;

    /// <summary>npm's program.</summary>
    public string Npm { get; init; } = "npm";

    /// <summary>The archive's path; npm is asked when it is not there yet, or not whole.</summary>
    /// <exception cref="InvalidInputException">There is no npm, it fails, or it gives another archive; or the cache cannot be written.</exception>
    public string Fetch()
    {
        string archive = Path.Combine(Cache, $"{Name}-{Version}.tgz");
        if (File.Exists(archive) && Digest(archive) == Integrity)
        {
            return archive;
        }

        // npm packs into a folder of this process alone; the archive gets its name whole, whoever else is fetching it too.
        string work = Path.Combine(Cache, $".npm-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(work);
            Pack(work);
            string packed = Directory.GetFiles(work, "*.tgz") is [string file] ? file : throw Unavailable("npm pack wrote no archive");
            if (Digest(packed) is var digest && digest != Integrity)
            {
                throw Unavailable($"npm gave an archive whose SHA-512 is {digest}; expected {Integrity}");
            }

            File.Move(packed, archive, overwrite: true);
            return archive;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unavailable($"it cannot be kept in '{Cache}' ({exception.Message.TrimEnd('.')})");
        }
        finally
        {
            if (Directory.Exists(work))
            {
                Directory.Delete(work, recursive: true);
            }
        }
    }

    private void Pack(string folder)
    {
        string[] arguments = ["pack", $"{Name}@{Version}", "--ignore-scripts", "--prefer-offline", "--loglevel=error"];
        try
        {
            using Process npm = Process.Start(new ProcessStartInfo(OperatingSystem.IsWindows() ? "cmd" : Npm, OperatingSystem.IsWindows() ? ["/c", Npm, .. arguments] : arguments)
            {
                WorkingDirectory = folder, // a project's .npmrc does not count
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            npm.StandardInput.Close();
            Task<string> output = npm.StandardOutput.ReadToEndAsync();
            Task<string> error = npm.StandardError.ReadToEndAsync();
            if (!npm.WaitForExit(Patience))
            {
                npm.Kill(entireProcessTree: true);
                throw Unavailable($"'npm pack' did not end within {Patience.TotalMinutes:0} minutes");
            }

            _ = output.Result;
            if (npm.ExitCode != 0)
            {
                throw Unavailable($"'npm pack' ended with {npm.ExitCode}: {FirstLine(error.Result)}");
            }
        }
        catch (Win32Exception exception)
        {
            throw Unavailable($"npm cannot be started ({exception.NativeErrorCode switch { 2 => "it is not installed", _ => exception.Message }})");
        }
    }

    private InvalidInputException Unavailable(string problem) =>
        new($"The npm package {Name} {Version} is needed and not here: {problem}. Install Node.js with npm and try again with a network, or name a copy of the package: --{Name} DIR. Nothing was written.");

    private static string FirstLine(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault()?.TrimEnd('.') ?? "it says nothing";

    private static string Digest(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToBase64String(SHA512.HashData(stream));
    }
}

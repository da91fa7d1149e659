using System.Text.Json;

namespace OnnxInit.Tests.Build;

/// <summary>Runs <c>dotnet msbuild</c> in the repository, without worker nodes that outlive it, and not for long.</summary>
internal static class MSBuild
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>The exit code, and both outputs in one text.</summary>
    public static (int ExitCode, string Output) Run(params string[] arguments) =>
        DotNet.Run(Repository.Root, Timeout, ["msbuild", .. arguments, "-nologo", "-nodeReuse:false", "-maxCpuCount:1"]);

    /// <summary>The names of a project's items after evaluation.</summary>
    public static string[] Items(string project, string type, params string[] arguments)
    {
        (int exitCode, string output) = Run([project, $"-getItem:{type}", .. arguments]);
        exitCode.Should().Be(0, output);
        using JsonDocument document = JsonDocument.Parse(output);
        return [.. document.RootElement.GetProperty("Items").GetProperty(type).EnumerateArray().Select(item => item.GetProperty("Identity").GetString()!)];
    }
}

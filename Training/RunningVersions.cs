using System.Reflection;
using System.Runtime.InteropServices;
using OnnxInit.Contracts.Runs;

namespace OnnxInit.Training;

/// <summary>What is running, for the record.</summary>
public static class RunningVersions
{
    /// <summary>The versions of this process.</summary>
    public static VersionsRecord Current { get; } = new()
    {
        OnnxInit = Of(typeof(RunningVersions).Assembly),
        TorchSharp = Of(typeof(TorchSharp.torch).Assembly),
        Runtime = RuntimeInformation.FrameworkDescription,
        OperatingSystem = RuntimeInformation.OSDescription,
    };

    private static string Of(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString() ?? "unknown";
}

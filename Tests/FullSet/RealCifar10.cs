using System.Diagnostics;

namespace OnnxInit.Tests.FullSet;

/// <summary>
/// The real CIFAR-10: the folder that ONNXINIT_CIFAR10 names, or what the script ../shared/data/cifar10/unpack lays out where there is one.
/// </summary>
public sealed class RealCifar10
{
    private static readonly Lazy<string?> Found = new(Find);

    /// <summary>The folder; skips the test where there is none.</summary>
    public static string Folder
    {
        get
        {
            Assert.SkipWhen(Found.Value is null, "There is no CIFAR-10: set ONNXINIT_CIFAR10 to its folder.");
            return Found.Value!;
        }
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("ONNXINIT_CIFAR10") is { Length: > 0 } folder)
        {
            return folder;
        }

        string script = Repository.File("..", "shared", "data", "cifar10", "unpack");
        if (!File.Exists(script))
        {
            return null;
        }

        string destination = Path.Combine(Path.GetTempPath(), "onnxinit-cifar10");
        using Process unpack = Process.Start(script, [destination]);
        unpack.WaitForExit();
        return unpack.ExitCode == 0 ? destination : null;
    }
}

using System.Runtime.InteropServices;

namespace OnnxInit.Training;

/// <summary>How libtorch's threads wait for each other on Linux.</summary>
public static partial class WaitingThreads
{
    // Less than 0.1 ms, as long as the gaps between the parallel parts of a small network's step. libgomp's own choice is some
    // milliseconds, in which a waiting thread keeps a core from whoever has work: with two cores shared with another training, an
    // epoch of the preset mlp took 130 s with that, 3 to 5 s with this and 2.3 s with 1,000; on a quiet machine the first two are
    // equally fast, and 1,000 is 6 % slower.
    private const string SpinCount = "4000";

    /// <summary>
    /// Lets threads that wait spin for some microseconds only, then sleep. To be called before anything of TorchSharp is used, since libgomp reads
    /// its environment when it is loaded. What the user has set (GOMP_SPINCOUNT, OMP_WAIT_POLICY) stands; elsewhere than on Linux nothing happens.
    /// </summary>
    public static void SpinBriefly()
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
        {
            // .NET keeps a copy of the environment; native libraries see only what setenv writes.
            _ = SetEnvironmentVariable("GOMP_SPINCOUNT", SpinCount, overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}

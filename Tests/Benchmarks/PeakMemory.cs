using System.Globalization;

namespace OnnxInit.Benchmarks;

/// <summary>The highest resident memory of the process; Linux only, NaN elsewhere.</summary>
internal static class PeakMemory
{
    /// <summary>The highest resident memory while something runs, in MiB.</summary>
    /// <param name="action">What runs.</param>
    public static double MebibytesOf(Action action)
    {
        if (!OperatingSystem.IsLinux())
        {
            action();
            return double.NaN;
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        File.WriteAllText("/proc/self/clear_refs", "5"); // resets the high-water mark
        action();
        return Mebibytes("VmHWM:");
    }

    /// <summary>The resident memory now, in MiB.</summary>
    public static double Now => OperatingSystem.IsLinux() ? Mebibytes("VmRSS:") : double.NaN;

    private static double Mebibytes(string field)
    {
        string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith(field, StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}

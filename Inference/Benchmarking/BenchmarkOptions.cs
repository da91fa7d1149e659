using OnnxInit.Contracts;

namespace OnnxInit.Inference.Benchmarking;

/// <summary>How a model is timed.</summary>
public sealed record BenchmarkOptions
{
    /// <summary>Images of one call. Default: 1.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Seconds of timed calls. Default: 1. There are at least <see cref="LeastCalls"/> calls, however long they take.</summary>
    public double Seconds { get; init; } = 1;

    /// <summary>Seconds of calls before, which are not timed. Default: 0.3. There are at least three.</summary>
    public double WarmUpSeconds { get; init; } = 0.3;

    /// <summary>The fewest calls that are timed: enough for an interval around their median.</summary>
    public static int LeastCalls => 10;

    /// <summary>Throws when a value makes no sense.</summary>
    /// <exception cref="InvalidInputException">The batch size is below 1, or a time is negative, not finite or above an hour.</exception>
    public void Validate()
    {
        const double longest = 3600;
        if (BatchSize is < 1 or > 1 << 20)
        {
            throw new InvalidInputException($"The batch size is {BatchSize}; expected 1 to {1 << 20}.");
        }

        if (!(Seconds is >= 0 and <= longest) || !(WarmUpSeconds is >= 0 and <= longest))
        {
            throw new InvalidInputException($"The times are {Seconds} s, and {WarmUpSeconds} s to warm up; expected 0 to {longest} seconds.");
        }
    }
}

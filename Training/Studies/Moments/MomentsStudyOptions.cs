using OnnxInit.Contracts;

namespace OnnxInit.Training.Studies.Moments;

/// <summary>The samples of <see cref="MomentsStudy"/>.</summary>
public sealed record MomentsStudyOptions
{
    /// <summary>The settings that take seconds.</summary>
    public static MomentsStudyOptions Quick { get; } = new() { Samples = 50_000, FanIns = [10, 30, 100] };

    /// <summary>Draws of every distribution. Default 500,000.</summary>
    public int Samples { get; init; } = 500_000;

    /// <summary>The inputs m of the linear layers. Default 10 to 300.</summary>
    public IReadOnlyList<int> FanIns { get; init; } = [10, 30, 100, 300];

    /// <summary>Throws when there is nothing to measure.</summary>
    /// <exception cref="InvalidInputException">A number is too small.</exception>
    public void Validate()
    {
        if (Samples < 1000)
        {
            throw new InvalidInputException($"The study needs at least 1,000 samples; found {Samples}.");
        }

        if (FanIns.Count == 0 || FanIns.Any(fanIn => fanIn < 1))
        {
            throw new InvalidInputException($"The fan-ins are {string.Join(", ", FanIns)}; expected numbers of at least 1.");
        }
    }
}

using System.CommandLine;
using OnnxInit.Contracts;
using OnnxInit.Training.Studies;
using OnnxInit.Training.Studies.Depth;

namespace OnnxInit.Cli.Studies;

/// <summary>The options of <c>study depth</c>: with any of them it draws loss curves and nothing else.</summary>
internal sealed class DepthArguments(Study study) : StudyArguments(study)
{
    private const int DefaultSteps = 100;

    private readonly Option<int[]?> _depths = ListOption.OfNumbers<int>("--depths", "Draw loss curves only (into studies/depth-curves), of networks of so many weight layers, such as 1000,10000.");
    private readonly Option<string[]?> _schemes = ListOption.OfNames("--schemes", $"Draw loss curves only, from these: {string.Join(", ", DepthScheme.All.Select(scheme => scheme.Name))}, or any other initialisation of 'train'.");
    private readonly Option<int?> _steps = new("--steps") { Description = $"Draw loss curves only, of so many steps (default: {DefaultSteps})." };

    public override IReadOnlyList<Option> Options => [_depths, _schemes, _steps];

    public override string FolderName(ParseResult parsed) => Options.Any(option => parsed.GetResult(option) is not null) ? $"{Study.Name}-curves" : Study.Name;

    public override Study Create(ParseResult parsed, bool quick)
    {
        int[]? depths = parsed.List(_depths);
        string[]? schemes = parsed.List(_schemes);
        int? steps = parsed.GetValue(_steps);
        if (depths is null && schemes is null && steps is null)
        {
            return base.Create(parsed, quick);
        }

        if (steps < 1)
        {
            throw new InvalidInputException($"--steps is {steps}; expected at least 1.");
        }

        DepthStudyOptions defaults = quick ? DepthStudyOptions.Quick : new();
        return new DepthStudy(DepthStudyOptions.CurvesOnly(
            depths ?? defaults.CurveDepths, schemes ?? [.. DepthScheme.All.Select(scheme => scheme.Name)], steps ?? DefaultSteps));
    }
}

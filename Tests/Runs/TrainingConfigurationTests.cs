using OnnxInit.Contracts;
using OnnxInit.Contracts.Runs;

namespace OnnxInit.Tests.Runs;

public class TrainingConfigurationTests
{
    [Fact]
    public void The_defaults_are_possible() => FluentActions.Invoking(new TrainingConfiguration().Validate).Should().NotThrow();

    [Fact]
    public void The_limits_are_possible()
    {
        TrainingConfiguration configuration = new()
        {
            Epochs = 1,
            BatchSize = 1,
            Momentum = 0,
            CheckpointEvery = 0,
            ClipNorm = double.PositiveInfinity, // measures the norm and clips nothing
            Plateau = new() { Patience = 0, Threshold = 0 },
        };

        FluentActions.Invoking(configuration.Validate).Should().NotThrow();
    }

    [Fact]
    public void Everything_that_is_impossible_is_named_at_once()
    {
        TrainingConfiguration configuration = new()
        {
            Epochs = 0,
            MaxSteps = 0,
            BatchSize = 0,
            LearningRate = double.PositiveInfinity,
            Momentum = 1,
            ValidationFraction = 0,
            ClipValue = 0,
            ClipNorm = -1,
            CheckpointEvery = -1,
            HistogramEvery = -2,
            Plateau = new() { Factor = 1, Patience = -1, Threshold = 1, Cooldown = -1, MinLearningRate = -0.5 },
        };

        FluentActions.Invoking(configuration.Validate).Should().Throw<InvalidInputException>().WithMessage(
            "The training options are impossible: epochs is 0, expected at least 1; greatest number of steps is 0, expected at least 1; batch size is 0, expected at least 1; "
            + "learning rate is Infinity, expected a number above 0; momentum is 1, expected at least 0 and below 1; "
            + "validation fraction is 0, expected above 0 and below 1; plateau factor is 1, expected above 0 and below 1; "
            + "plateau patience is -1, expected at least 0; plateau threshold is 1, expected at least 0 and below 1; "
            + "plateau cooldown is -1, expected at least 0; smallest learning rate is -0.5, expected at least 0; "
            + "clip value is 0, expected above 0; clip norm is -1, expected above 0; "
            + "steps between checkpoints is -1, expected at least 0; steps between histograms is -2, expected at least 0.");
    }

    [Fact]
    public void NaN_is_impossible_everywhere()
    {
        TrainingConfiguration configuration = new()
        {
            LearningRate = double.NaN,
            Momentum = double.NaN,
            ValidationFraction = double.NaN,
            ClipValue = double.NaN,
            ClipNorm = double.NaN,
            Plateau = new() { Factor = double.NaN, Threshold = double.NaN, MinLearningRate = double.NaN },
        };

        FluentActions.Invoking(configuration.Validate).Should().Throw<InvalidInputException>()
            .Which.Message.Split("is NaN").Should().HaveCount(9, "eight numbers are NaN");
    }
}

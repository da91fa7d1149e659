using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Optimization;

namespace OnnxInit.Tests.Training;

public class ReduceLROnPlateauTests
{
    [Fact]
    public void The_rate_drops_when_more_epochs_than_the_patience_bring_no_improvement() =>
        // Better, bad 1, bad 2, bad 3 > 2: 1 x 0.1, bad 1, bad 2, bad 3 > 2: 0.1 x 0.1.
        Rates(1, new() { Patience = 2 }, 5, 5, 5, 5, 5, 5, 5).Should().Equal([1, 1, 1, 0.1, 0.1, 0.1, 0.01], Close);

    [Fact]
    public void An_improvement_starts_the_count_again() =>
        // Better, bad 1, better, bad 1, bad 2 > 1.
        Rates(1, new() { Patience = 1 }, 5, 5, 4, 4, 4).Should().Equal([1, 1, 1, 1, 0.1], Close);

    [Theory]
    [InlineData(0.76, false)]
    [InlineData(0.75, false)] // not below 1 x (1 - 0.25)
    [InlineData(0.74, true)]
    public void Only_a_loss_below_best_times_1_minus_threshold_is_an_improvement(double loss, bool better)
    {
        ReduceLROnPlateau next = new ReduceLROnPlateau(1, Best: 1).Next(loss, new() { Threshold = 0.25 });

        next.Should().Be(better ? new ReduceLROnPlateau(1, loss, BadEpochs: 0) : new ReduceLROnPlateau(1, 1, BadEpochs: 1));
    }

    [Fact]
    public void Small_improvements_do_not_add_up_unnoticed_but_count_against_the_best_that_counted() =>
        // Threshold 0.1: 0.95 is not below 0.9; 0.91 is not; 0.89 is, against 1 and not against 0.91.
        Losses(1, new() { Threshold = 0.1 }, 1, 0.95, 0.91, 0.89).Select(state => (state.Best, state.BadEpochs)).Should().Equal((1, 0), (1, 1), (1, 2), (0.89, 0));

    [Fact]
    public void Nothing_is_counted_during_the_cooldown() =>
        // Patience 0, cooldown 2: better, bad 1: drop, cooldown 2 -> 1, cooldown 1 -> 0, bad 1: drop.
        Rates(1, new() { Patience = 0, Cooldown = 2 }, 5, 5, 5, 5, 5).Should().Equal([1, 0.1, 0.1, 0.1, 0.01], Close);

    [Fact]
    public void An_improvement_during_the_cooldown_is_remembered() =>
        new ReduceLROnPlateau(1, Best: 5, CooldownLeft: 2).Next(4, new()).Should().Be(new ReduceLROnPlateau(1, Best: 4, BadEpochs: 0, CooldownLeft: 1));

    [Fact]
    public void The_rate_never_drops_below_its_floor() =>
        // 1 -> 0.1 -> max(0.01, 0.05).
        Rates(1, new() { Patience = 0, MinLearningRate = 0.05 }, 5, 5, 5, 5).Should().Equal([1, 0.1, 0.05, 0.05], Close);

    [Theory]
    [InlineData(2e-8, 2e-9)] // the drop is 1.8e-8
    [InlineData(1.1e-8, 1.1e-8)] // it would be 0.99e-8
    public void A_drop_of_1e_minus_8_or_less_is_not_made(double rate, double expected) =>
        new ReduceLROnPlateau(rate, Best: 5, BadEpochs: 10).Next(5, new()).LearningRate.Should().BeApproximately(expected, 1e-20);

    [Fact]
    public void A_drop_that_is_too_small_to_make_starts_count_and_cooldown_all_the_same() =>
        new ReduceLROnPlateau(1e-9, Best: 5, BadEpochs: 10).Next(5, new() { Cooldown = 3 }).Should().Be(new ReduceLROnPlateau(1e-9, 5, BadEpochs: 0, CooldownLeft: 3));

    [Fact]
    public void NaN_is_no_improvement_and_is_not_remembered() =>
        Losses(1, new() { Patience = 1 }, 5, double.NaN, double.NaN, 4).Select(state => (state.LearningRate, state.Best, state.BadEpochs))
            .Should().Equal((1, 5, 0), (1, 5, 1), (0.1, 5, 0), (0.1, 4, 0));

    private static bool Close(double left, double right) => Math.Abs(left - right) <= 1e-15;

    private static IEnumerable<double> Rates(double rate, PlateauConfiguration plateau, params double[] losses) =>
        Losses(rate, plateau, losses).Select(state => state.LearningRate);

    private static List<ReduceLROnPlateau> Losses(double rate, PlateauConfiguration plateau, params double[] losses)
    {
        List<ReduceLROnPlateau> states = [];
        foreach (double loss in losses)
        {
            states.Add((states.LastOrDefault() ?? new(rate)).Next(loss, plateau));
        }

        return states;
    }
}

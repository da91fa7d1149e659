using FsCheck;
using FsCheck.Xunit;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;

namespace OnnxInit.Tests.Data;

public class DataSplitTests
{
    [Fact]
    public void A_tenth_of_50_000_images_holds_out_5_000()
    {
        DataSplit split = DataSplit.Create(50_000, 0.1, seed: 17);

        split.Train.Should().HaveCount(45_000).And.BeInAscendingOrder();
        split.Validation.Should().HaveCount(5_000).And.BeInAscendingOrder();
        split.Train.Concat(split.Validation).Order().Should().Equal(Enumerable.Range(0, 50_000));
    }

    [Property]
    public bool Every_image_is_in_exactly_one_part(PositiveInt count, long seed) =>
        DataSplit.Create(count.Get + 1, 0.25, seed) is { } split
        && split.Train.Concat(split.Validation).Order().SequenceEqual(Enumerable.Range(0, count.Get + 1));

    [Fact]
    public void The_same_seed_gives_the_same_split_and_another_seed_another()
    {
        int[] validation = [.. DataSplit.Create(1_000, 0.1, seed: 1).Validation];

        DataSplit.Create(1_000, 0.1, seed: 1).Validation.Should().Equal(validation);
        DataSplit.Create(1_000, 0.1, seed: 2).Validation.Should().NotEqual(validation);
    }

    [Fact]
    public void Nothing_is_held_out_at_0() => DataSplit.Create(10, 0, seed: 1).Validation.Should().BeEmpty();

    [Theory]
    [InlineData(1.0, "1")]
    [InlineData(-0.1, "-0.1")]
    [InlineData(double.NaN, "NaN")]
    public void Fractions_outside_their_range_are_refused(double fraction, string found)
    {
        Action create = () => DataSplit.Create(10, fraction, seed: 1);

        create.Should().Throw<InvalidInputException>().WithMessage($"The validation fraction is {found}; expected 0 (no validation) to below 1, such as 0.1.");
    }

    [Fact]
    public void A_split_that_leaves_nothing_to_train_on_is_refused()
    {
        Action create = () => DataSplit.Create(1, 0.9, seed: 1);

        create.Should().Throw<InvalidInputException>().WithMessage("A validation fraction of 0.9 of 1 images leaves none to train on. Use a smaller fraction or more images.");
    }
}

using OnnxInit.Training.Initialization;

namespace OnnxInit.Tests.Training;

public class FansTests
{
    public static TheoryData<string, long[], long, long, long> Table => new()
    {
        { "Linear(3072, 100): in x 1, out x 1", [100, 3072], 1, 3072, 100 },
        { "Conv2d(3, 16, 5): 3 x 25, 16 x 25", [16, 3, 5, 5], 1, 75, 400 },
        { "Conv1d(4, 8, 3): 4 x 3, 8 x 3", [8, 4, 3], 1, 12, 24 },
        { "Conv2d(8, 16, 3, groups 4): 8 / 4 x 9, 16 / 4 x 9", [16, 2, 3, 3], 4, 18, 36 },
        { "depthwise Conv2d(8, 8, 3, groups 8): 1 x 9, 1 x 9", [8, 1, 3, 3], 8, 9, 9 },
        { "a kernel of one pixel", [16, 3, 1, 1], 1, 3, 16 },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Fans_count_connections(string layer, long[] shape, long groups, long fanIn, long fanOut) =>
        Fans.Of(shape, groups).Should().Be(new Fans(fanIn, fanOut), layer);

    [Theory]
    [InlineData(FanMode.FanIn, 75)]
    [InlineData(FanMode.FanOut, 400)]
    [InlineData(FanMode.FanAvg, 237.5)]
    public void A_mode_chooses(FanMode mode, double expected) => new Fans(75, 400).Of(mode).Should().Be(expected);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_vector_has_none(int axes) =>
        FluentActions.Invoking(() => Fans.Of(new long[axes])).Should().Throw<ArgumentException>().WithMessage($"A weight of {axes} axes has no fans; expected [out, in, kernel...].*");
}

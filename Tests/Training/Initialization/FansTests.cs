using OnnxInit.Training.Initialization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training.Initialization;

public class FansTests
{
    public static TheoryData<string, long[], long, long, long> Table => new()
    {
        { "Linear(3072, 100): in x 1, out x 1", [100, 3072], 1, 3072, 100 },
        { "Conv2d(3, 16, 5): 3 x 25, 16 x 25", [16, 3, 5, 5], 1, 75, 400 },
        { "Conv1d(4, 8, 3): 4 x 3, 8 x 3", [8, 4, 3], 1, 12, 24 },
        { "Conv2d(8, 16, 3, groups 4): 8 / 4 x 9, 16 / 4 x 9", [16, 2, 3, 3], 4, 18, 36 },
        { "depthwise Conv2d(8, 8, 3, groups 8): 1 x 9, 1 x 9", [8, 1, 3, 3], 8, 9, 9 },
        { "Conv3d(2, 6, (1, 2, 3)): 2 x 6, 6 x 6", [6, 2, 1, 2, 3], 1, 12, 36 },
        { "a kernel of one pixel", [16, 3, 1, 1], 1, 3, 16 },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Fans_count_connections(string layer, long[] shape, long groups, long fanIn, long fanOut) =>
        Fans.Of(shape, groups).Should().Be(new Fans(fanIn, fanOut), layer);

    public static TheoryData<string, long[], long, long, long> Transposed => new()
    {
        { "ConvTranspose2d(3, 16, 5): 3 x 25, 16 x 25", [3, 16, 5, 5], 1, 75, 400 },
        { "ConvTranspose1d(4, 8, 3): 4 x 3, 8 x 3", [4, 8, 3], 1, 12, 24 },
        { "ConvTranspose2d(4, 8, 3, groups 2): 4 / 2 x 9, 8 / 2 x 9", [4, 4, 3, 3], 2, 18, 36 },
        { "depthwise ConvTranspose2d(8, 8, 3, groups 8): 1 x 9, 1 x 9", [8, 1, 3, 3], 8, 9, 9 },
        { "ConvTranspose3d(2, 6, (1, 2, 3)): 2 x 6, 6 x 6", [2, 6, 1, 2, 3], 1, 12, 36 },
    };

    [Theory]
    [MemberData(nameof(Transposed))]
    public void A_transposed_convolution_has_its_axes_exchanged(string layer, long[] shape, long groups, long fanIn, long fanOut) =>
        Fans.Of(shape, groups, transposed: true).Should().Be(new Fans(fanIn, fanOut), layer);

    [Fact]
    public void A_module_tells_its_groups_and_its_direction()
    {
        using ConvTranspose1d transposed = nn.ConvTranspose1d(4, 8, 3, groups: 2);
        using Conv3d grouped = nn.Conv3d(6, 12, (1, 2, 3), groups: 3);
        using Linear linear = nn.Linear(7, 5);

        WeightShape.Of(transposed, transposed.weight).Fans.Should().Be(new Fans(2 * 3, 4 * 3));
        WeightShape.Of(grouped, grouped.weight).Fans.Should().Be(new Fans(2 * 6, 4 * 6));
        WeightShape.Of(linear, linear.weight).Fans.Should().Be(new Fans(7, 5));
    }

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

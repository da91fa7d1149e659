using FsCheck;
using FsCheck.Xunit;
using OnnxInit.Contracts.Data;

namespace OnnxInit.Tests.Data;

public class EpochOrderTests
{
    [Property]
    public bool An_order_is_a_permutation(PositiveInt count, long seed, int epoch) =>
        EpochOrder.Of(Enumerable.Range(0, count.Get), seed, epoch).Order().SequenceEqual(Enumerable.Range(0, count.Get));

    [Fact]
    public void An_order_depends_on_seed_and_epoch_only()
    {
        int[] images = [.. Enumerable.Range(100, 50)];
        int[] third = EpochOrder.Of(images, seed: 17, epoch: 3);

        _ = EpochOrder.Of(images, seed: 17, epoch: 4);

        EpochOrder.Of(images, seed: 17, epoch: 3).Should().Equal(third);
        EpochOrder.Of(images, seed: 17, epoch: 4).Should().NotEqual(third);
        EpochOrder.Of(images, seed: 18, epoch: 3).Should().NotEqual(third);
        images.Should().BeInAscendingOrder("the indices given are not touched");
    }

    [Fact]
    public void Every_image_comes_first_equally_often()
    {
        int[] first = new int[10];
        for (int epoch = 0; epoch < 5_000; epoch++)
        {
            first[EpochOrder.Of(Enumerable.Range(0, 10), seed: 1, epoch)[0]]++;
        }

        // 500 expected; five standard deviations are 106.
        first.Should().OnlyContain(count => count > 394 && count < 606);
    }
}

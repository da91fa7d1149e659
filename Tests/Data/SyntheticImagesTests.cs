using OnnxInit.Contracts.Data;

namespace OnnxInit.Tests.Data;

public class SyntheticImagesTests
{
    [Fact]
    public void The_default_has_10_000_and_2_000_images_in_the_shape_of_cifar10()
    {
        ImageDataset dataset = SyntheticImages.CreateDataset();

        dataset.Name.Should().Be("synthetic");
        dataset.ClassNames.Should().HaveCount(10).And.OnlyHaveUniqueItems();
        (dataset.Train.Count, dataset.Test.Count).Should().Be((10_000, 2_000));
        dataset.Train.Shape.Should().Be(ImageShape.Cifar10);
        dataset.Train.Labels.CountBy(label => label).Should().OnlyContain(pair => pair.Value == 1_000);
        dataset.Normalization.Should().Be(ChannelStatistics.Compute(dataset.Train).ToNormalization());
    }

    [Fact]
    public void Every_machine_makes_the_same_bytes() =>
        ImageDigest.Compute(SyntheticImages.Generate(20, seed: 1, "train")).Should().Be("56959cba540655e42ef477da481441d3a446c511e81df5288c54f48bb242e72b");

    [Fact]
    public void An_image_does_not_depend_on_how_many_are_made()
    {
        ImageSet few = SyntheticImages.Generate(7, seed: 1, "train");
        ImageSet many = SyntheticImages.Generate(100, seed: 1, "train");

        many.Pixels[..few.Pixels.Length].Should().Equal(few.Pixels);
        many.Labels[..7].Should().Equal(few.Labels);
    }

    [Fact]
    public void Other_seeds_and_other_splits_have_other_images()
    {
        byte[] pixels = SyntheticImages.Generate(1, seed: 1, "train").Pixels;

        SyntheticImages.Generate(1, seed: 2, "train").Pixels.Should().NotEqual(pixels);
        SyntheticImages.Generate(1, seed: 1, "test").Pixels.Should().NotEqual(pixels);
    }

    [Fact]
    public void The_nearest_class_mean_is_no_better_than_chance()
    {
        ImageDataset dataset = SyntheticImages.CreateDataset(2_000, 1_000);
        int size = ImageShape.Cifar10.Size;
        double[][] means = [.. Enumerable.Range(0, 10).Select(_ => new double[size])];
        for (int i = 0; i < dataset.Train.Count; i++)
        {
            for (int j = 0; j < size; j++)
            {
                means[dataset.Train.Labels[i]][j] += dataset.Train.Image(i)[j] / 200.0;
            }
        }

        int correct = Enumerable.Range(0, dataset.Test.Count).Count(i => Nearest(dataset.Test.Image(i), means) == dataset.Test.Labels[i]);

        // 100 of 1,000 by chance, with a standard deviation of 9.5.
        correct.Should().BeLessThan(150);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void Counts_that_no_array_holds_are_refused(int count)
    {
        Action generate = () => SyntheticImages.Generate(count, 0, "train");

        generate.Should().Throw<ArgumentOutOfRangeException>();
    }

    private static int Nearest(ReadOnlySpan<byte> image, double[][] means)
    {
        double[] distances = new double[means.Length];
        for (int k = 0; k < means.Length; k++)
        {
            for (int j = 0; j < image.Length; j++)
            {
                double difference = image[j] - means[k][j];
                distances[k] += difference * difference;
            }
        }

        return Array.IndexOf(distances, distances.Min());
    }
}

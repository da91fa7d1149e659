using FsCheck.Xunit;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Tests.Data;

public class NormalizationTests
{
    [Fact]
    public void Pixels_become_multiples_of_the_standard_deviation_from_the_mean()
    {
        Normalization normalization = new([0.5, 0.2], [0.25, 0.1]);
        float[] values = new float[8];

        normalization.Apply([0, 255, 51, 102, 0, 255, 51, 102], values, planeSize: 2);

        // (pixel / 255 - mean) / std by hand; the planes alternate between the two channels.
        float[] expected = [-2, 2, 0, 2, -2, 2, 0, 2];
        values.Zip(expected).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-6f);
    }

    [Fact]
    public void Scale_and_offset_of_cifar10_are_the_formula_rounded_once()
    {
        Normalization.Cifar10.Scale().Should().Equal((float)(1 / (255 * 0.2470)), (float)(1 / (255 * 0.2435)), (float)(1 / (255 * 0.2616)));
        Normalization.Cifar10.Offset().Should().Equal((float)(-0.4914 / 0.2470), (float)(-0.4822 / 0.2435), (float)(-0.4465 / 0.2616));
    }

    [Fact]
    public void Vectors_give_the_bits_of_the_scalar_loop()
    {
        byte[] pixels = [.. Enumerable.Range(0, 1024 + 37).Select(i => (byte)(i * 7))];
        (float scale, float offset) = (Normalization.Cifar10.Scale()[0], Normalization.Cifar10.Offset()[0]);
        float[] expected = new float[pixels.Length];
        PlaneNormalization.ApplyScalar(pixels, expected, scale, offset);

        float[] found = new float[pixels.Length];
        PlaneNormalization.Apply(pixels, found, scale, offset);

        found.Select(BitConverter.SingleToUInt32Bits).Should().Equal(expected.Select(BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void The_sum_is_not_fused_with_the_product()
    {
        // With these three numbers a fused multiply-add rounds differently.
        const float scale = 0.015876488f;
        const float offset = -1.9894737f;
        byte[] pixels = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        float[] values = new float[256];

        PlaneNormalization.Apply(pixels, values, scale, offset);

        values.Should().Equal(pixels.Select(pixel => (float)((double)(float)((double)pixel * scale) + offset)));
        values.Should().NotEqual(pixels.Select(pixel => MathF.FusedMultiplyAdd(pixel, scale, offset)));
    }

    [Fact]
    public void A_single_pixel_has_the_bits_of_the_whole_image()
    {
        ImageSet set = RandomSet(1);
        float[] values = new float[set.Shape.Size];
        Normalization.Cifar10.Apply(set.Pixels, values, set.Shape.PlaneSize);

        values.Should().Equal(set.Pixels.Select((pixel, i) => Normalization.Cifar10.Apply(pixel, i / set.Shape.PlaneSize)));
    }

    [Fact]
    public void Gather_takes_images_in_the_order_of_the_indices()
    {
        ImageSet set = RandomSet(4);
        int[] indices = [3, 0, 3];
        float[] batch = new float[3 * set.Shape.Size];
        float[] one = new float[set.Shape.Size];

        Normalization.Cifar10.Gather(set, indices, batch);

        for (int i = 0; i < indices.Length; i++)
        {
            Normalization.Cifar10.Apply(set.Image(indices[i]), one, set.Shape.PlaneSize);
            batch.AsSpan(i * one.Length, one.Length).SequenceEqual(one).Should().BeTrue();
        }
    }

    [Fact]
    public void Invert_gives_every_pixel_back()
    {
        byte[] pixels = [.. Enumerable.Range(0, 3 * 256).Select(i => (byte)i)];
        float[] values = new float[pixels.Length];
        byte[] back = new byte[pixels.Length];

        Normalization.Cifar10.Apply(pixels, values, 256);
        Normalization.Cifar10.Invert(values, back, 256);

        back.Should().Equal(pixels);
    }

    [Fact]
    public void Invert_rounds_and_stays_within_0_to_255()
    {
        byte[] pixels = new byte[6];

        new Normalization([0], [1.0 / 255]).Invert([-3, 0.4f, 0.6f, 254.6f, 1e30f, float.NaN], pixels, 6);

        pixels.Should().Equal(0, 0, 1, 255, 255, 0);
    }

    [Fact]
    public void Equality_is_by_the_numbers()
    {
        Normalization copy = new([.. Normalization.Cifar10.Mean], [.. Normalization.Cifar10.Std]);

        copy.Should().Be(Normalization.Cifar10);
        copy.GetHashCode().Should().Be(Normalization.Cifar10.GetHashCode());
        new Normalization([0.5], [0.25]).Should().NotBe(new Normalization([0.25], [0.5]));
        copy.ToString().Should().Be("mean 0.4914, 0.4822, 0.4465; std 0.247, 0.2435, 0.2616");
    }

    [Theory]
    [InlineData(new[] { 0.5 }, new[] { 0.5, 0.5 }, "A normalisation has one mean and one standard deviation per channel; found mean 0.5; std 0.5, 0.5.")]
    [InlineData(new double[0], new double[0], "A normalisation has one mean and one standard deviation per channel; found mean ; std .")]
    [InlineData(new[] { 0.5 }, new[] { 0.0 }, "The standard deviations of a normalisation are above 0; found mean 0.5; std 0.")]
    [InlineData(new[] { 0.5 }, new[] { -1.0 }, "The standard deviations of a normalisation are above 0; found mean 0.5; std -1.")]
    [InlineData(new[] { 0.5 }, new[] { double.PositiveInfinity }, "The means and standard deviations of a normalisation are finite; found mean 0.5; std Infinity.")]
    [InlineData(new[] { double.NaN }, new[] { 1.0 }, "The means and standard deviations of a normalisation are finite; found mean NaN; std 1.")]
    public void Unusable_numbers_are_refused(double[] mean, double[] std, string message)
    {
        Action make = () => _ = new Normalization(mean, std);

        make.Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        Action uneven = () => Normalization.Cifar10.Apply(new byte[10], new float[10], 4);
        Action shorter = () => Normalization.Cifar10.Apply(new byte[12], new float[11], 4);
        Action grey = () => Normalization.Cifar10.Gather(new ImageSet(new(1, 2, 2), new byte[4], new byte[1]), [0], new float[4]);

        uneven.Should().Throw<ArgumentException>().WithMessage("10 values go to 10; expected the same number, a multiple of 3 channels x 4 pixels.");
        shorter.Should().Throw<ArgumentException>().WithMessage("12 values go to 11; expected the same number, a multiple of 3 channels x 4 pixels.");
        grey.Should().Throw<ArgumentException>().WithMessage("The images are 1x2x2, and the normalisation has 3 channels*");
    }

    [Fact]
    public void Model_metadata_reads_back_what_it_wrote()
    {
        Dictionary<string, string> properties = new(ModelMetadata.Write(Normalization.Cifar10));

        ModelMetadata.ReadNormalization(properties).Should().Be(Normalization.Cifar10);
    }

    [Fact]
    public void Model_metadata_with_unusable_numbers_is_an_input_error()
    {
        Action read = () => ModelMetadata.ReadNormalization(new Dictionary<string, string> { [ModelMetadata.Mean] = "0.5", [ModelMetadata.Std] = "0" });

        read.Should().Throw<InvalidInputException>().WithMessage(
            "The model's metadata 'normalization.mean' and 'normalization.std' are unusable: The standard deviations of a normalisation are above 0; found mean 0.5; std 0.");
    }

    [Property]
    public bool A_plane_of_any_length_has_the_bits_of_the_scalar_loop(byte[] pixels)
    {
        float[] expected = new float[pixels.Length];
        float[] found = new float[pixels.Length];
        PlaneNormalization.ApplyScalar(pixels, expected, 0.0159f, -1.99f);
        PlaneNormalization.Apply(pixels, found, 0.0159f, -1.99f);
        return expected.AsSpan().SequenceEqual(found);
    }

    private static ImageSet RandomSet(int count)
    {
        PhiloxRandom random = new(0, "images");
        byte[] pixels = new byte[count * ImageShape.Cifar10.Size];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)random.NextInt32(256);
        }

        return new ImageSet(ImageShape.Cifar10, pixels, new byte[count]);
    }
}

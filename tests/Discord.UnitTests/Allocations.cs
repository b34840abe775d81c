using Xunit;

namespace Discord.UnitTests;

/// <summary>What a thread allocated, as far as it can be told while other tests run.</summary>
internal static class Allocations
{
    // A collection, whichever test it is for, takes away what a thread has left of the 8 KiB that it was given to allocate from, and counts it as used.
    private const long Remainder = 8 * 1024;

    private const long SmallestObject = 24;

    /// <summary>Fails when each of so many times allocated as much as the smallest object.</summary>
    /// <param name="since">What <see cref="GC.GetAllocatedBytesForCurrentThread"/> said before them.</param>
    public static void AssertNone(long since, int times)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread() - since;
        Assert.True(times * SmallestObject > Remainder, "Too few times to tell.");
        Assert.True(allocated <= Remainder, $"{allocated} bytes for {times} times.");
    }
}

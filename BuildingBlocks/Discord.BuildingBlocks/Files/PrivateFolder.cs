namespace Discord.BuildingBlocks.Files;

/// <summary>Folders that no other user of the machine looks into: accounts, messages and other people's files are in them.</summary>
public static class PrivateFolder
{
    /// <summary>Makes the folder for this user alone (0700; on Windows as the folder above it says). One that is there stays as it is; those above it that are missing are made as folders usually are.</summary>
    /// <exception cref="IOException">It cannot be made, or a file has its name.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not make it.</exception>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}

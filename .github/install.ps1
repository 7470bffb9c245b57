# Installs anvil-sqlite on Windows: downloads the release, checks it against SHA256SUMS, refuses what differs.
# For Windows PowerShell 5.1, which every Windows has, and for PowerShell 7.
#
#   $env:ANVIL_SQLITE_VERSION   a version such as 0.1.0 instead of the latest
#   $env:ANVIL_SQLITE_FLAVOUR   ffi for the program on @db/sqlite, anvil-sqlite-ffi; without it the one on node:sqlite
#   $env:ANVIL_SQLITE_BIN_DIR   where the program goes; without it %LOCALAPPDATA%\Programs\anvil-sqlite
#   $env:ANVIL_SQLITE_BASE_URL  another place with the files of a release: https, or http on this machine
$ErrorActionPreference = 'Stop'
# Windows PowerShell does not ask for TLS 1.2 by itself on older systems.
[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

# Whether a URL is one to download from: https, or http on this machine; with a user part it is neither, since
# http://127.0.0.1:x@host is a place at host.
function Test-SafeUrl([string] $Url) {
  $parsed = $null
  if (-not [Uri]::TryCreate($Url, [UriKind]::Absolute, [ref] $parsed)) { return $false }
  if ($parsed.UserInfo -ne '') { return $false }
  if ($parsed.Scheme -eq 'https') { return $true }
  return ($parsed.Scheme -eq 'http') -and (@('127.0.0.1', 'localhost', '[::1]') -contains $parsed.Host)
}

# Downloads a file. Every place that it is led to has to be https; Invoke-WebRequest 5.1 would follow to any.
function Save-File([string] $Url, [string] $Path) {
  $place = [Uri] $Url
  for ($hop = 0; $hop -lt 10; $hop++) {
    $request = [Net.HttpWebRequest] [Net.WebRequest]::Create($place)
    $request.AllowAutoRedirect = $false
    $request.UserAgent = 'anvil-sqlite-install'
    $response = $request.GetResponse()
    try {
      $status = [int] $response.StatusCode
      if ($status -ge 300) {
        $next = New-Object Uri -ArgumentList $place, ([string] $response.Headers['Location'])
        if ($next.Scheme -ne 'https') { throw "Cannot download ${Url}: it leads to a place without https" }
        $place = $next
        continue
      }
      $stream = $response.GetResponseStream()
      $file = [IO.File]::Create($Path)
      try { $stream.CopyTo($file) } finally { $file.Close() }
      return
    } finally {
      $response.Close()
    }
  }
  throw "Cannot download ${Url}: it leads on and on"
}

function Install-AnvilSqlite {
  $repository = 'anvil-sqlite/anvil-sqlite'
  $releases = "https://github.com/$repository/releases"
  $base = "$releases/latest/download"
  if ($env:ANVIL_SQLITE_VERSION) { $base = "$releases/download/v$($env:ANVIL_SQLITE_VERSION.TrimStart('v'))" }
  if ($env:ANVIL_SQLITE_BASE_URL) { $base = $env:ANVIL_SQLITE_BASE_URL }
  if (-not (Test-SafeUrl $base)) {
    throw 'ANVIL_SQLITE_BASE_URL must be https, or http on this machine, without a user part'
  }
  $program = 'anvil-sqlite'
  if ($env:ANVIL_SQLITE_FLAVOUR -eq 'ffi') { $program = 'anvil-sqlite-ffi' }
  elseif ($env:ANVIL_SQLITE_FLAVOUR) { throw 'ANVIL_SQLITE_FLAVOUR must be ffi, or not set' }

  # ARM64 Windows runs x86_64 programs.
  $name = "$program-x86_64-windows"
  $archive = "$name.zip"
  $folder = $env:ANVIL_SQLITE_BIN_DIR
  if (-not $folder) { $folder = Join-Path $env:LOCALAPPDATA 'Programs\anvil-sqlite' }
  $work = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
  New-Item -ItemType Directory -Path $work | Out-Null
  try {
    Save-File "$base/SHA256SUMS" "$work\SHA256SUMS"
    Save-File "$base/$archive" "$work\$archive"
    $expected = Get-Content "$work\SHA256SUMS" |
      Where-Object { ($_ -split '\s+', 2)[1].TrimStart('*') -eq $archive } |
      ForEach-Object { ($_ -split '\s+', 2)[0] }
    if (-not $expected) { throw "SHA256SUMS does not name ${archive}: nothing was installed" }
    $actual = (Get-FileHash -Algorithm SHA256 "$work\$archive").Hash
    if ($actual -ne $expected) {
      throw "$archive is not the released file (SHA-256 $actual, expected $expected): nothing was installed"
    }
    Expand-Archive -Path "$work\$archive" -DestinationPath $work
    New-Item -ItemType Directory -Force -Path $folder | Out-Null
    Copy-Item -Force "$work\$name\$program.exe" (Join-Path $folder "$program.exe")
  } finally {
    Remove-Item -Recurse -Force $work
  }

  Write-Output "Installed $(Join-Path $folder "$program.exe")"
  if (($env:Path -split ';') -notcontains $folder) { Write-Output "Put $folder into your Path, then try: $program demo" }
}

Install-AnvilSqlite

#!/bin/sh
# Makes the virtual environment with the test clients under the build folder, or brings it up to date.
set -eu
cd "$(dirname "$0")/.."

wanted=Tests/requirements.txt
home=.build/python
if [ -x $home/bin/python ] && cmp -s $wanted $home/requirements.txt; then exit 0; fi
echo "Preparing the Python test clients in $home"
mkdir -p .build
/usr/bin/python3 -m venv --clear $home
$home/bin/pip install --quiet --disable-pip-version-check -r $wanted
cp $wanted $home/requirements.txt
